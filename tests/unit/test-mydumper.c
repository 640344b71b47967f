/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/mydumper-names.h"
#include "fs/mydumper.h"

#include <string.h>

/* A folder of files with these names, separated by spaces; new. */
static GPtrArray *items_of(const char *names)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_store_item_free);
	g_auto(GStrv) each = g_strsplit(names, " ", -1);

	for (guint i = 0; each[i]; i++) {
		RondStoreItem *item = g_new0(RondStoreItem, 1);

		item->path = g_strconcat("some.folder/", each[i], NULL);
		g_ptr_array_add(items, item);
	}
	return items;
}

/* "DB: FILE FILE…" a line; "+" before what needs delimiters, "*" before what
 * needs the server's time, too. */
static char *shown(const char *names)
{
	g_autoptr(GPtrArray) items = items_of(names);
	g_autoptr(GPtrArray) databases = rond_mydumper_databases(items);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < databases->len; i++) {
		const RondMydumperDatabase *one = databases->pdata[i];

		g_string_append_printf(text, "%s%s:", i ? "\n" : "", one->name);
		for (guint j = 0; j < one->files->len; j++) {
			const RondMydumperFile *file =
			    &g_array_index(one->files, RondMydumperFile, j);

			g_string_append_printf(text, " %s%s",
					       file->local_time ? "*"
					       : file->bare	? "+"
								: "",
					       strrchr(file->item->path, '/') +
						   1);
		}
	}
	return g_string_free(text, FALSE);
}

static void check(const char *names, const char *expected)
{
	g_autofree char *text = shown(names);

	g_assert_cmpstr(text, ==, expected);
}

static void test_order(void)
{
	check(
	    "metadata shop-schema-create.sql shop-schema-post.sql "
	    "shop.a-schema-view.sql shop.a-schema.sql shop.b-schema.sql "
	    "shop.b-schema-triggers.sql shop.b.sql shop.s-schema-sequence.sql "
	    "shop.z-schema.sql shop.z.sql",
	    "shop: shop.s-schema-sequence.sql shop.a-schema.sql "
	    "shop.b-schema.sql shop.b.sql shop.z-schema.sql shop.z.sql "
	    "shop.a-schema-view.sql +shop.b-schema-triggers.sql "
	    "*shop-schema-post.sql");
}

static void test_chunks(void)
{
	check("d.t.00010.sql.gz d.t.00002.sql.gz d.t-schema.sql.gz "
	      "d.t.100000.sql.gz d.t.00002.00010.sql.gz d.t.00002.00009.sql.gz "
	      "d.t.sql.gz",
	      "d: d.t-schema.sql.gz d.t.sql.gz d.t.00002.sql.gz "
	      "d.t.00002.00009.sql.gz d.t.00002.00010.sql.gz d.t.00010.sql.gz "
	      "d.t.100000.sql.gz");
	/* Without schemas, too. */
	check("d.a.00001.sql d.a.b.00000.sql d.a.00000.sql d.a.2024.sql",
	      "d: d.a.00000.sql d.a.00001.sql d.a.2024.sql d.a.b.00000.sql");
}

static void test_dots(void)
{
	check("d.u.v-schema.sql d.u.v.sql d.u.v.00001-schema.sql "
	      "d.u.v.00001.sql d.u.v.00001.00000.sql d.u.v.00000.sql "
	      "d.00001-schema.sql d.00001.sql",
	      "d: d.00001-schema.sql d.00001.sql d.u.v-schema.sql d.u.v.sql "
	      "d.u.v.00000.sql d.u.v.00001-schema.sql d.u.v.00001.sql "
	      "d.u.v.00001.00000.sql");
	check("d.00000.sql d.00000.00001.sql d.00000.00000.sql",
	      "d: d.00000.sql d.00000.00000.sql d.00000.00001.sql");
}

static void test_databases(void)
{
	check("blog.t-schema.sql shop.t-schema.sql shop.t.sql "
	      "blog-schema-post.sql empty-schema-create.sql",
	      "blog: blog.t-schema.sql *blog-schema-post.sql\n"
	      "shop: shop.t-schema.sql shop.t.sql");
	/* A dot in a database's name. */
	check("my.db-schema-create.sql my-schema-create.sql my.db.t-schema.sql "
	      "my.t-schema.sql my.db.t.sql my.db-schema-post.sql "
	      "my.db-schema-triggers.sql",
	      "my: my.t-schema.sql\n"
	      "my.db: my.db.t-schema.sql my.db.t.sql "
	      "+my.db-schema-triggers.sql *my.db-schema-post.sql");
}

static void test_others(void)
{
	static const char *const own[] = {"metadata",
					  "metadata.partial",
					  "d.t-metadata",
					  "d.t-checksum",
					  "d.t-schema-checksum.gz",
					  "d-schema-create.sql",
					  "d.t.00001.dat",
					  "d.t-schema.sql.zst",
					  "d.t.sql",
					  "metadata.header",
					  "all-schema-create-tablespace.sql"};
	static const char *const strange[] = {
	    "README",  "dump.sql",     ".d.t.sql",	   "d.t.sql.xz",
	    "d.t.txt", "x.tar.gz",     "metadata.sql.bak", ".sql",
	    "",	       "metadata.txt", "-schema.sql"};

	for (guint i = 0; i < G_N_ELEMENTS(own); i++)
		g_assert_true(rond_mydumper_owns(own[i]));
	for (guint i = 0; i < G_N_ELEMENTS(strange); i++)
		g_assert_false(rond_mydumper_owns(strange[i]));
	check("README dump.sql .d.t.sql d.t.sql.xz metadata", "");
}

/* Names made of nothing but what means something. */
static void test_hostile(void)
{
	static const char *const bits[] = {".",	     "-schema", ".sql",
					   ".00000", "-",	"d",
					   ".gz",    "-view",	"-post"};
	g_autoptr(GString) names = g_string_new("x.y.sql");

	for (guint i = 0; i < 9 * 9 * 9 * 9; i++) {
		g_string_append_c(names, ' ');
		for (guint n = i, j = 0; j < 4; n /= 9, j++)
			g_string_append(names, bits[n % 9]);
	}
	g_free(shown(names->str));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mydumper/order", test_order);
	g_test_add_func("/mydumper/chunks", test_chunks);
	g_test_add_func("/mydumper/dots", test_dots);
	g_test_add_func("/mydumper/databases", test_databases);
	g_test_add_func("/mydumper/others", test_others);
	g_test_add_func("/mydumper/hostile", test_hostile);
	return g_test_run();
}
