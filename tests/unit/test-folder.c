/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/folder.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* inside/ is passed through, outside/ is not to be reached. */
typedef struct {
	Scratch *scratch;
	RondFolder *folder;
} Fixture;

static void set_up(Fixture *self, gconstpointer data)
{
	self->scratch = scratch_new();
	scratch_run(self->scratch,
		    "mkdir -p inside/d/e outside && echo secret > "
		    "outside/secret && cd inside && echo f > f && echo g > "
		    "d/e/g && ln -s d/e/g link && ln -s ../outside out && ln "
		    "-s d in && ln -s / d/root && ln -s ../../outside/secret "
		    "d/leak && ln -s loop loop && mkfifo pipe && ln f d/hard");
	g_autofree char *path =
	    g_build_filename(self->scratch->path, "inside", NULL);

	self->folder =
	    rond_folder_new(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static void tear_down(Fixture *self, gconstpointer data)
{
	rond_folder_free(self->folder);
	scratch_free(self->scratch);
}

/* The node at @path, each name looked up; the errno of the one that fails. */
static int walk(const Fixture *self, const char *path, guint32 *node,
		struct stat *st)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	int err = 0;

	*node = ROND_FOLDER_ROOT;
	for (char **name = names; *name && !err; name++)
		err = rond_folder_lookup(self->folder, *node, *name, node, st);
	return err;
}

static guint32 node_at(const Fixture *self, const char *path)
{
	struct stat st;
	guint32 node;

	g_assert_cmpint(walk(self, path, &node, &st), ==, 0);
	return node;
}

/* What takes another file's place is another node; the first can't be opened
 * any more, and is as large as it was for those who have it open. */
static void test_replaced(Fixture *self, gconstpointer data)
{
	guint32 old = node_at(self, "f"), new;
	struct stat st;
	int fd;

	scratch_run(self->scratch,
		    "cd inside && echo longer > f.new && mv f.new f");
	g_assert_cmpint(rond_folder_open(self->folder, old, &fd), ==, ESTALE);
	g_assert_cmpint(rond_folder_stat(self->folder, old, &st), ==, 0);
	g_assert_cmpint(st.st_size, ==, 2);
	new = node_at(self, "f");
	g_assert_cmpuint(new, !=, old);
	g_assert_cmpint(rond_folder_stat(self->folder, new, &st), ==, 0);
	g_assert_cmpint(st.st_size, ==, 7);
	rond_folder_forget(self->folder, old, 1);
	g_assert_cmpint(rond_folder_stat(self->folder, old, &st), ==, ESTALE);
	g_assert_cmpuint(node_at(self, "f"), ==, new);
	g_assert_cmpint(rond_folder_open(self->folder, new, &fd), ==, 0);
	close(fd);
}

static void test_files(Fixture *self, gconstpointer data)
{
	guint32 g = node_at(self, "d/e/g"), f = node_at(self, "f");
	struct stat st, again;
	char buf[8];
	int fd;

	g_assert_cmpint(rond_folder_stat(self->folder, g, &st), ==, 0);
	g_assert_true(S_ISREG(st.st_mode));
	g_assert_cmpint(st.st_size, ==, 2);
	g_assert_cmpint(rond_folder_open(self->folder, g, &fd), ==, 0);
	g_assert_cmpint(read(fd, buf, sizeof buf), ==, 2);
	g_assert_cmpmem(buf, 2, "g\n", 2);
	close(fd);
	g_assert_cmpuint(rond_folder_depth(self->folder, g), ==, 2);
	g_assert_cmpuint(rond_folder_depth(self->folder, f), ==, 0);
	g_assert_cmpint(rond_folder_stat(self->folder, f, &st), ==, 0);
	g_assert_cmpint(
	    rond_folder_stat(self->folder, node_at(self, "d/hard"), &again), ==,
	    0);
	g_assert_cmpuint(st.st_ino, ==, again.st_ino);
	g_assert_cmpint(rond_folder_stat(self->folder, ROND_FOLDER_ROOT, &st),
			==, 0);
	g_assert_true(S_ISDIR(st.st_mode));
}

static void test_kinds(Fixture *self, gconstpointer data)
{
	struct stat st;
	guint32 node;
	char *target = NULL;
	int fd;

	g_assert_cmpint(walk(self, "none", &node, &st), ==, ENOENT);
	g_assert_cmpint(walk(self, "f/x", &node, &st), ==, ENOTDIR);
	g_assert_cmpint(
	    rond_folder_open_dir(self->folder, node_at(self, "f"), &fd), ==,
	    ENOTDIR);
	/* A fifo doesn't hold who opens it. */
	g_assert_cmpint(
	    rond_folder_open(self->folder, node_at(self, "pipe"), &fd), ==,
	    EIO);
	g_assert_cmpint(rond_folder_open(self->folder, node_at(self, "d"), &fd),
			!=, 0);
	g_assert_cmpint(
	    rond_folder_readlink(self->folder, node_at(self, "f"), &target), !=,
	    0);
	g_assert_null(target);
	g_assert_cmpint(
	    rond_folder_open_dir(self->folder, ROND_FOLDER_ROOT, &fd), ==, 0);
	close(fd);
}

/* Links are shown, never followed; and no name goes up. */
static void test_no_way_out(Fixture *self, gconstpointer data)
{
	static const char *const paths[] = {
	    "out/secret", "in/e",
	    "d/root/etc", "..",
	    "../outside", "d/../../outside/secret",
	    "d/leak/x",	  "loop/x",
	    "d/../f/..",  "../inside/../outside",
	};
	struct stat st;
	guint32 node;
	char *target;
	int fd;

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
		g_assert_cmpint(walk(self, paths[i], &node, &st), !=, 0);
	g_assert_cmpint(rond_folder_lookup(self->folder, ROND_FOLDER_ROOT,
					   "../outside/secret", &node, &st),
			!=, 0);
	g_assert_cmpint(rond_folder_lookup(self->folder, ROND_FOLDER_ROOT,
					   "/etc/passwd", &node, &st),
			!=, 0);
	for (const char *const *link =
		 (const char *[]){"out", "link", "d/leak", "loop", NULL};
	     *link; link++) {
		node = node_at(self, *link);
		g_assert_cmpint(rond_folder_stat(self->folder, node, &st), ==,
				0);
		g_assert_true(S_ISLNK(st.st_mode));
		g_assert_cmpint(rond_folder_open(self->folder, node, &fd), !=,
				0);
		g_assert_cmpint(rond_folder_open_dir(self->folder, node, &fd),
				!=, 0);
	}
	g_assert_cmpint(
	    rond_folder_readlink(self->folder, node_at(self, "out"), &target),
	    ==, 0);
	g_assert_cmpstr(target, ==, "../outside");
	g_free(target);
}

/* A folder that becomes a link behind our back leads nowhere, either. */
static void test_swapped(Fixture *self, gconstpointer data)
{
	guint32 e = node_at(self, "d/e"), g = node_at(self, "d/e/g");
	struct stat st;
	guint32 node;
	int fd;

	scratch_run(self->scratch, "mv inside/d inside/was && ln -s "
				   "../outside inside/d && mkdir -p outside/e "
				   "&& echo x > outside/e/g");
	g_assert_cmpint(rond_folder_stat(self->folder, g, &st), !=, 0);
	g_assert_cmpint(rond_folder_open(self->folder, g, &fd), !=, 0);
	g_assert_cmpint(rond_folder_open_dir(self->folder, e, &fd), !=, 0);
	g_assert_cmpint(rond_folder_lookup(self->folder, e, "g", &node, &st),
			!=, 0);
}

/* A node is known until it was forgotten as often as looked up. */
static void test_forget(Fixture *self, gconstpointer data)
{
	guint32 one = node_at(self, "f");
	struct stat st;

	g_assert_cmpuint(node_at(self, "f"), ==, one);
	g_assert_cmpuint(node_at(self, "f"), ==, one);
	rond_folder_forget(self->folder, one, 2);
	g_assert_cmpint(rond_folder_stat(self->folder, one, &st), ==, 0);
	rond_folder_forget(self->folder, one, 1);
	g_assert_cmpint(rond_folder_stat(self->folder, one, &st), ==, ESTALE);
	/* More than that, the root, and what never was: nothing happens. */
	rond_folder_forget(self->folder, one, 100);
	rond_folder_forget(self->folder, ROND_FOLDER_ROOT, 100);
	rond_folder_forget(self->folder, 4711, 1);
	g_assert_cmpint(rond_folder_stat(self->folder, ROND_FOLDER_ROOT, &st),
			==, 0);
	g_assert_cmpint(rond_folder_stat(self->folder, 4711, &st), ==, ESTALE);
	/* Slots are used again, each by one. */
	guint32 d = node_at(self, "d"), f = node_at(self, "f");

	g_assert_cmpuint(d, !=, f);
	g_assert_cmpint(rond_folder_stat(self->folder, d, &st), ==, 0);
	g_assert_true(S_ISDIR(st.st_mode));
}

static void test_deleted(Fixture *self, gconstpointer data)
{
	guint32 f = node_at(self, "f");
	struct stat st;
	int fd;

	scratch_run(self->scratch, "rm inside/f");
	g_assert_cmpint(rond_folder_stat(self->folder, f, &st), ==, ENOENT);
	g_assert_cmpint(rond_folder_open(self->folder, f, &fd), ==, ENOENT);
}

static void test_xattrs(Fixture *self, gconstpointer data)
{
	guint32 f = node_at(self, "f");
	char buf[64];

	g_assert_cmpint(
	    rond_folder_getxattr(self->folder, f, "user.none", buf, sizeof buf),
	    ==, -1);
	g_assert_true(errno == ENODATA || errno == ENOTSUP);
	g_assert_cmpint(
	    rond_folder_listxattr(self->folder, 4711, buf, sizeof buf), ==, -1);
	g_assert_cmpint(errno, ==, ESTALE);
}

#define ADD(path, test) \
	g_test_add("/folder/" path, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("files", test_files);
	ADD("replaced", test_replaced);
	ADD("kinds", test_kinds);
	ADD("no-way-out", test_no_way_out);
	ADD("swapped", test_swapped);
	ADD("forget", test_forget);
	ADD("deleted", test_deleted);
	ADD("xattrs", test_xattrs);
	return g_test_run();
}
