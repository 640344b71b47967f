/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/identity.h"

#include "backends/error.h"
#include "backends/index/compare.h"
#include "backends/index/layout.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders that wait to be compared; deeper trees are compared as far. */
#define MAX_PENDING (1 << 20)

/* A folder that is in both. */
typedef struct {
	guint32 ours, theirs;
} Pair;

/* The index being numbered: read through @index, written through @entries. */
typedef struct {
	RondIndex *index;
	guint8 *map;
	gsize size;
	RondIndexEntry *entries;
	guint64 *origins;
	guint32 n_entries, n_origins;
	guint32 unmatched; /* versions without a number yet */
	GArray *pairs;	   /* Pair */
	/* Owners found equal last, in the other index; and its origin. */
	guint32 owner, other_owner;
	guint64 origin;
	guint16 origin_place;
} Work;

/* What of it is a file that may be shared. */
static gboolean is_version(const RondIndex *index, const RondIndexEntry *entry,
			   guint32 number)
{
	return S_ISREG(entry->mode) &&
	       !(entry->flags & (ROND_ENTRY_HARDLINK | ROND_ENTRY_SHARED |
				 ROND_ENTRY_UNREADABLE)) &&
	       rond_index_sha256(index, number);
}

guint64 rond_index_version(const RondIndex *self, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(self, number);
	guint64 origin;

	if (!entry || !is_version(self, entry, number))
		return 0;
	origin = rond_index_origin(self, entry->origin);
	return (guint64)rond_origin_short(origin) << 32 |
	       (origin ? entry->inode : 0);
}

/* All but owners. */
static gboolean same_file(const RondIndex *a, guint32 number,
			  const RondIndex *b, guint32 other)
{
	const RondIndexEntry *left = rond_index_entry(a, number);
	const RondIndexEntry *right = rond_index_entry(b, other);

	return left && right && left->size == right->size &&
	       rond_compare_times(left, right) && left->mode == right->mode &&
	       is_version(a, left, number) && is_version(b, right, other) &&
	       !memcmp(rond_index_sha256(a, number),
		       rond_index_sha256(b, other), ROND_SHA256_LEN);
}

/* The place of @origin among ours, 0: there is no room for it. */
static guint16 place_of(Work *self, guint64 origin)
{
	if (origin == self->origin)
		return self->origin_place;
	self->origin = origin;
	for (guint32 i = 0; i < self->n_origins; i++)
		if (self->origins[i] == origin)
			return self->origin_place = (guint16)i;
	if (self->n_origins == ROND_MAX_ORIGINS)
		return self->origin_place = 0;
	self->origins[self->n_origins] = origin;
	return self->origin_place = (guint16)self->n_origins++;
}

/* Give our version the number that theirs has. */
static void take_number(Work *self, guint32 ours, const RondIndex *theirs,
			guint32 number)
{
	const RondIndexEntry *other = rond_index_entry(theirs, number);
	guint64 origin = rond_index_origin(theirs, other->origin);
	guint16 place = origin ? place_of(self, origin) : 0;

	/* Our own origin in another's: we were indexed before. */
	if (!place && (origin != self->origins[0] ||
		       other->inode != self->entries[ours].inode))
		return;
	self->entries[ours].origin = place;
	self->entries[ours].inode = other->inode;
	self->unmatched--;
}

static gboolean owners_match(Work *self, const RondIndexEntry *entry,
			     const RondIndex *theirs,
			     const RondIndexEntry *other)
{
	if (entry->owner == self->owner && other->owner == self->other_owner)
		return TRUE;
	if (!rond_compare_owners(self->index, entry, theirs, other))
		return FALSE;
	self->owner = entry->owner;
	self->other_owner = other->owner;
	return TRUE;
}

/* Entries of the same name, one of ours and one of theirs. */
static void match(Work *self, const RondIndex *theirs, Pair pair,
		  GArray *numbered)
{
	const RondIndexEntry *entry = rond_index_entry(self->index, pair.ours);
	const RondIndexEntry *other = rond_index_entry(theirs, pair.theirs);

	if (S_ISDIR(entry->mode) && S_ISDIR(other->mode)) {
		if (self->pairs->len < MAX_PENDING)
			g_array_append_val(self->pairs, pair);
		return;
	}
	if (g_array_index(numbered, guint8, pair.ours) ||
	    !same_file(self->index, pair.ours, theirs, pair.theirs) ||
	    !owners_match(self, entry, theirs, other))
		return;
	take_number(self, pair.ours, theirs, pair.theirs);
	g_array_index(numbered, guint8, pair.ours) = TRUE;
}

/* The children of a folder that is in both: two sorted lists. */
static void match_children(Work *self, const RondIndex *theirs, Pair dirs,
			   GArray *numbered)
{
	guint32 ours, n_ours, other, n_other;

	if (!rond_index_children(self->index, dirs.ours, &ours, &n_ours) ||
	    !rond_index_children(theirs, dirs.theirs, &other, &n_other))
		return;
	while (n_ours && n_other) {
		const RondIndexEntry *left =
		    rond_index_entry(self->index, ours);
		const RondIndexEntry *right = rond_index_entry(theirs, other);

		/* Each entry is reached from its folder only, however broken
		 * the index is. */
		if (!left || !right || left->parent != dirs.ours ||
		    right->parent != dirs.theirs)
			return;

		int order =
		    rond_compare_names(self->index, left, theirs, right);

		if (!order)
			match(self, theirs, (Pair){ours, other}, numbered);
		ours += order <= 0;
		n_ours -= order <= 0;
		other += order >= 0;
		n_other -= order >= 0;
	}
}

static void match_trees(Work *self, guint32 root, const RondTreeOfIndex *theirs,
			GArray *numbered)
{
	const Pair roots = {root, theirs->root};

	self->origin = 0;
	self->owner = self->other_owner = G_MAXUINT32;
	g_array_set_size(self->pairs, 0);
	g_array_append_val(self->pairs, roots);
	while (self->pairs->len) {
		Pair pair =
		    g_array_index(self->pairs, Pair, self->pairs->len - 1);

		g_array_set_size(self->pairs, self->pairs->len - 1);
		match_children(self, theirs->index, pair, numbered);
	}
}

static void count_versions(Work *self)
{
	for (guint32 i = 0; i < self->n_entries; i++) {
		const RondIndexEntry *entry = rond_index_entry(self->index, i);

		self->unmatched += entry && is_version(self->index, entry, i);
	}
}

static void *section_in(const Work *self, guint32 tag, gsize length)
{
	const RondIndexHeader *header = (const RondIndexHeader *)self->map;
	const RondIndexSection *sections =
	    (const RondIndexSection *)(self->map + sizeof *header);

	for (guint32 i = 0; i < header->n_sections; i++)
		if (sections[i].tag == tag && sections[i].length == length)
			return self->map + sections[i].offset;
	return NULL;
}

/* Map it twice: the reader has checked what the writer relies on. */
static gboolean work_init(Work *self, int fd, GError **error)
{
	struct stat st;
	int other = dup(fd);

	*self = (Work){.n_origins = 1};
	if (other < 0 || fstat(fd, &st))
		return rond_fail_errno(error, errno, "numbering an index");
	self->index = rond_index_open(other, error);
	if (!self->index)
		return FALSE;
	/* Later its checksums won't be those of what it holds. */
	if (!rond_index_verify(self->index))
		return rond_fail(error, EIO, "not a valid index file");
	self->size = (gsize)st.st_size;
	self->map =
	    mmap(NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (self->map == MAP_FAILED) {
		self->map = NULL;
		return rond_fail_errno(error, errno, "numbering an index");
	}
	self->n_entries = rond_index_n_entries(self->index);
	self->entries =
	    section_in(self, ROND_TAG_ENTRIES,
		       (gsize)self->n_entries * sizeof(RondIndexEntry));
	self->origins = section_in(self, ROND_TAG_ORIGINS,
				   ROND_MAX_ORIGINS * sizeof(guint64));
	self->pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
	if (!self->entries || !self->origins)
		return rond_fail(error, EIO, "the index has no numbers");
	return TRUE;
}

static void work_clear(Work *self)
{
	g_clear_pointer(&self->pairs, g_array_unref);
	if (self->map)
		munmap(self->map, self->size);
	g_clear_pointer(&self->index, rond_index_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

gboolean rond_identity_assign(int fd, const RondIdentity *identity,
			      GError **error)
{
	g_auto(Work) work = {0};
	g_autoptr(GArray) numbered = NULL;

	g_assert(rond_origin_short(identity->own));
	if (!work_init(&work, fd, error))
		return FALSE;
	work.origins[0] = identity->own;
	count_versions(&work);
	numbered = g_array_sized_new(FALSE, TRUE, 1, work.n_entries);
	g_array_set_size(numbered, work.n_entries);
	for (gsize i = 0; i < identity->n_others && work.unmatched; i++)
		match_trees(&work, identity->root, &identity->others[i],
			    numbered);
	return TRUE;
}
