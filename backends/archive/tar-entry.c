/* SPDX-License-Identifier: BSD-2-Clause */
/* How a walk makes an entry of a member. */
#include "backends/archive/tar-sparse.h"
#include "backends/archive/tar-walk.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	RondTarWalk *walk;
	RondTarMember *member;
	const char *path;
	guint64 data, size; /* of what is in the archive */
	RondEntry entry;
	RondExtent whole;  /* of a file in one piece */
	const char *wrong; /* why the entry is left out, or NULL */
} Job;

/* Whether a hard link's data follows. Old tars give the size of the file but
 * not its data; POSIX.1-2001 allows the data. A ustar header may be either's:
 * then what is there decides. */
static gboolean link_has_data(Job *self, gboolean *has, GError **error)
{
	const RondTarLayout layout =
	    rond_tar_header_layout(self->member->header);
	const void *block;
	gsize len;

	*has = self->walk->pax;
	if (*has || layout != ROND_TAR_USTAR)
		return TRUE;
	block =
	    rond_tar_input_block(self->walk->input, self->data, &len, error);
	if (!block)
		return FALSE;
	*has = len == ROND_TAR_BLOCK && !rond_tar_block_is_zero(block) &&
	       !rond_tar_header_valid(block);
	return TRUE;
}

/* The size that some types give means something else, or nothing. */
static gboolean settle_size(Job *self, GError **error)
{
	const char type = self->member->header->type;
	gboolean has = TRUE;

	if (type == '1' && self->size > 0 && !link_has_data(self, &has, error))
		return FALSE;
	if (type >= '2' && type <= '6')
		has = FALSE;
	if (!has)
		self->size = 0;
	return TRUE;
}

/* GNU's folder list. */
static gboolean read_dumpdir(Job *self, GError **error)
{
	GByteArray *list = self->walk->dumpdir;

	if (self->size > ROND_TAR_MAX_BODY)
		return rond_fail(error, E2BIG,
				 "the folder list at byte %" G_GUINT64_FORMAT
				 " is too large",
				 self->data);
	g_byte_array_set_size(list, (guint)self->size + 1);
	if (!rond_tar_walk_read(self->walk, self->path, list->data, self->size,
				error))
		return FALSE;
	list->data[self->size] = '\0';
	self->entry.dumpdir = (const char *)list->data;
	self->entry.dumpdir_len = self->size;
	return TRUE;
}

static gboolean read_old_map(Job *self, RondTarSparse *map, GError **error)
{
	const RondTarGnuHeader *header =
	    (const RondTarGnuHeader *)self->member->header;
	gint64 real_size = -1;

	rond_tar_sparse_reset(map);
	if (!rond_tar_number(header->real_size, sizeof(header->real_size),
			     &real_size) ||
	    real_size < 0)
		map->wrong = "its real size is none";
	else
		self->entry.size = (guint64)real_size;
	return rond_tar_sparse_read_old(map, header, self->walk->input,
					&self->data, error);
}

/* Places the pieces, of which @size bytes lie at @data. */
static void take_map(Job *self, RondTarSparse *map, guint64 data, guint64 size)
{
	rond_tar_sparse_place(map, data, size, self->entry.size);
	self->entry.extents = (const RondExtent *)map->extents->data;
	self->entry.n_extents = map->extents->len;
	if (map->wrong)
		self->wrong = map->wrong;
}

static gboolean read_pax_map(Job *self, GError **error)
{
	const RondTarPax *pax = self->member->local;
	RondTarSparse *map = &self->walk->local->sparse;
	guint64 data = self->data, size = self->size;

	self->entry.size = pax->real_size;
	if (!(pax->have & ROND_TAR_PAX_REAL_SIZE))
		map->wrong = "its real size is not told";
	else if (pax->sparse_major > 1 ||
		 (pax->sparse_major == 1 && pax->sparse_minor > 0))
		map->wrong = "its format is not known";
	else if (pax->sparse_major == 1 &&
		 !rond_tar_sparse_read_1_0(map, self->walk->input, &data, &size,
					   error))
		return FALSE;
	take_map(self, map, data, size);
	return TRUE;
}

static gboolean find_content(Job *self, GError **error)
{
	const RondTarMember *member = self->member;
	RondTarSparse *map = &self->walk->local->sparse;

	if (member->header->type == 'D')
		return read_dumpdir(self, error);
	if (!S_ISREG(self->entry.mode))
		return TRUE;
	if (member->header->type == 'S') {
		if (!read_old_map(self, map, error))
			return FALSE;
		take_map(self, map, self->data, self->size);
		return TRUE;
	}
	if (member->local->have & ROND_TAR_PAX_SPARSE)
		return read_pax_map(self, error);
	self->whole = (RondExtent){.at = self->data, .length = self->size};
	self->entry.size = self->size;
	self->entry.extents = &self->whole;
	self->entry.n_extents = self->size > 0;
	return TRUE;
}

static void find_links(Job *self)
{
	const char type = self->member->header->type;
	const char *link;

	if (type != '1' && type != '2')
		return;
	link = rond_tar_member_link(self->member);
	if (strlen(link) > ROND_TAR_MAX_PATH)
		self->wrong = "the path that it links to is too long";
	else if (S_ISLNK(self->entry.mode))
		self->entry.symlink = link;
	else
		self->entry.hardlink = link;
}

/* Type and attributes; what is unusual about them is noted once a kind. */
static void find_attributes(Job *self)
{
	const mode_t type = rond_tar_member_type(self->member, self->path);
	const guint8 letter = (guint8)self->member->header->type;
	gboolean *noted = self->walk->noted;

	self->entry.path = self->path;
	if (!rond_tar_member_attributes(self->member, type, &self->entry) &&
	    !self->walk->owner_noted) {
		self->walk->owner_noted = TRUE;
		rond_tar_note(&self->walk->report,
			      "an owner has an impossible number: it is shown "
			      "as 65534 (nobody)");
	}
	if (!rond_tar_member_known(self->member) && !noted[letter]) {
		noted[letter] = TRUE;
		rond_tar_note(&self->walk->report,
			      "entries of the unknown type %d are shown as "
			      "files",
			      letter);
	}
	if (!*self->path)
		self->wrong = "it has no name";
	else if (strlen(self->path) > ROND_TAR_MAX_PATH)
		self->wrong = "its path is too long";
	else if (letter == 'M')
		self->wrong = "it is the rest of a file that an earlier volume "
			      "begins";
}

static gboolean report(Job *self, guint64 end, GError **error)
{
	const RondArchiveSink *sink = self->walk->report.sink;
	g_autofree char *name = NULL;

	if (!self->wrong)
		return sink->entry(sink->data, &self->entry, error);
	name = rond_tar_quote(self->path);
	rond_tar_damage(&self->walk->report, self->data, end,
			"%s is left out: %s", name, self->wrong);
	return TRUE;
}

gboolean rond_tar_walk_member(RondTarWalk *self, RondTarMember *member,
			      guint64 size, GError **error)
{
	Job job = {
	    .walk = self,
	    .member = member,
	    .path = rond_tar_member_path(member),
	    .data = self->pos + ROND_TAR_BLOCK,
	    .size = size,
	};

	find_attributes(&job);
	find_links(&job);
	if (!settle_size(&job, error))
		return FALSE;
	if (!find_content(&job, error))
		return FALSE;
	if (!report(&job, job.data + job.size, error))
		return FALSE;
	return rond_tar_walk_skip(self, job.path, job.data, job.size, error);
}
