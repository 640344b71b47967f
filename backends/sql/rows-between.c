/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies between rows, and between statements of a run. */
#include "backends/sql/rows-private.h"

typedef enum {
	FOLLOWS_NO,
	FOLLOWS_YES,
	FOLLOWS_PERHAPS
} Follows;

/* Lines that dumping tools write between statements. */
int rond_rows_is_anchor(const guint8 *p, const guint8 *end)
{
	static const char *const anchors[] = {
	    "-- Table structure for table",
	    "-- Dumping data for table",
	    "-- Dumping events for database",
	    "-- Dumping routines for database",
	    "-- Temporary table structure for view",
	    "-- Temporary view structure for view",
	    "-- Final view structure for view",
	    "-- Stand-in structure for view",
	    "-- Sequence structure for",
	    "-- Current Database:",
	    "-- Indexes for dumped tables",
	    "-- AUTO_INCREMENT for",
	    "-- Constraints for",
	    "-- Dump completed",
	    "-- ------------------------",
	    "INSERT INTO `",
	    "REPLACE INTO `",
	    "CREATE TABLE `",
	    "DROP TABLE IF EXISTS `",
	    "LOCK TABLES `",
	    "UNLOCK TABLES;",
	    "/*!40000 ALTER TABLE `",
	    "/*!40101 SET ",
	};
	gboolean perhaps = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(anchors); i++) {
		gsize n = strlen(anchors[i]);
		gsize most = MIN((gsize)(end - p), n);

		if (memcmp(p, anchors[i], most) != 0)
			continue;
		if (most == n)
			return 1;
		perhaps = TRUE;
	}
	return perhaps ? -1 : 0;
}

/* Behind the comment at @p; NULL: it doesn't end here. */
static const guint8 *behind(const guint8 *p, const guint8 *end,
			    const char *closing)
{
	gsize n = strlen(closing);
	const guint8 *found = memmem(p, (gsize)(end - p), closing, n);

	return found ? found + n : NULL;
}

static gboolean begins(const guint8 *p, const guint8 *end, const char *with)
{
	gsize n = strlen(with);

	return (gsize)(end - p) >= n && memcmp(p, with, n) == 0;
}

/* White space and comments; code for some servers is none. */
static Follows skip_comments(const guint8 **p, const guint8 *end)
{
	const guint8 *next;

	for (;;) {
		*p = rond_rows_skip_space(*p, end);
		if (*p == end)
			return FOLLOWS_PERHAPS;
		next = NULL;
		if (**p == '#') {
			next = behind(*p, end, "\n");
		} else if (**p == '-') {
			if (end - *p < 3)
				return FOLLOWS_PERHAPS;
			if ((*p)[1] != '-' || !rond_rows_is_space((*p)[2]))
				return FOLLOWS_NO;
			next = behind(*p, end, "\n");
		} else if (**p == '/') {
			if (end - *p < 4)
				return FOLLOWS_PERHAPS;
			if ((*p)[1] != '*' || begins(*p, end, "/*!") ||
			    begins(*p, end, "/*M!"))
				return FOLLOWS_NO;
			next = behind(*p + 2, end, "*/");
		} else {
			return FOLLOWS_YES;
		}
		if (!next)
			return FOLLOWS_PERHAPS;
		*p = next;
	}
}

static guint8 quote_after(guint8 quote, guint8 c)
{
	if (quote)
		return quote == c ? 0 : quote;
	return c == '`' || c == '"' || c == '\'' ? c : 0;
}

/* The head again, spaces as spaces; those in a name as they are. */
static Follows match_head(const RondShape *shape, const guint8 **p,
			  const guint8 *end)
{
	const guint8 *head = (const guint8 *)shape->head;
	const guint8 *head_end = head + shape->head_len;
	guint8 quote = 0;

	while (head < head_end) {
		if (*p == end)
			return FOLLOWS_PERHAPS;
		if (!quote && rond_rows_is_space(*head)) {
			if (!rond_rows_is_space(**p))
				return FOLLOWS_NO;
			head = rond_rows_skip_space(head, head_end);
			*p = rond_rows_skip_space(*p, end);
			continue;
		}
		if (*head != **p)
			return FOLLOWS_NO;
		quote = quote_after(quote, *head);
		head++;
		(*p)++;
	}
	return FOLLOWS_YES;
}

/* Behind a semicolon and the rest of its line, if that is empty. */
static const guint8 *skip_line_end(const guint8 *p, const guint8 *end)
{
	const guint8 *q = p;

	while (q < end && (*q == ' ' || *q == '\t' || *q == '\r'))
		q++;
	return q < end && *q == '\n' ? q + 1 : p;
}

static gboolean follows_at_once(const RondShape *shape,
				const RondRowsText *text)
{
	return rond_rows_left(text) >= shape->head_len + 2 &&
	       text->p[1] == '\n' &&
	       memcmp(text->p + 2, shape->head, shape->head_len) == 0;
}

/* At a semicolon, which is not taken before it is known what follows. */
static RondRowsStep read_statement_end(RondRows *self, RondRowsText *text)
{
	const RondShape *shape = self->shape;
	gsize most = ROND_ROWS_AHEAD + shape->head_len;
	gsize n = MIN(rond_rows_left(text), most);
	const guint8 *end = text->p + n, *p = text->p + 1;
	Follows follows;

	self->place = ROND_AT_ROW_END;
	if (follows_at_once(shape, text)) {
		text->p += 2 + shape->head_len;
		self->place = ROND_AT_ROWS;
		return ROND_STEP_ON;
	}
	follows = skip_comments(&p, end);
	if (follows == FOLLOWS_YES)
		follows = match_head(shape, &p, end);
	if (follows == FOLLOWS_PERHAPS && n < most && !text->last)
		return ROND_STEP_STARVED;
	if (follows == FOLLOWS_YES) {
		text->p = p;
		self->place = ROND_AT_ROWS;
		return ROND_STEP_ON;
	}
	text->p = skip_line_end(text->p + 1, end);
	self->place = ROND_AT_END;
	return ROND_STEP_END;
}

/* ON DUPLICATE KEY UPDATE…, AS new…: to be passed over. */
static RondRowsStep read_tail_start(RondRows *self, RondRowsText *text)
{
	static const char *const words[] = {"on", "as", "returning"};
	gboolean perhaps = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		gsize n = strlen(words[i]), left = rond_rows_left(text);

		if (g_ascii_strncasecmp((const char *)text->p, words[i],
					MIN(n, left)) != 0)
			continue;
		perhaps = perhaps || left <= n;
		if (left > n && rond_rows_is_space(text->p[n])) {
			text->p += n;
			self->quote = 0;
			self->place = ROND_IN_TAIL;
			return ROND_STEP_ON;
		}
	}
	return perhaps ? rond_rows_starve(text) : ROND_STEP_BROKEN;
}

RondRowsStep rond_rows_read_row_end(RondRows *self, RondRowsText *text)
{
	text->p = rond_rows_skip_space(text->p, text->end);
	if (text->p == text->end)
		return rond_rows_starve(text);
	if (*text->p == ';')
		return read_statement_end(self, text);
	if (*text->p != ',')
		return read_tail_start(self, text);
	text->p++;
	self->place = ROND_AT_ROWS;
	return ROND_STEP_ON;
}

/* No tool writes a comment there, and its quotes would mislead. */
static gboolean is_comment(const guint8 *p)
{
	return *p == '#' || (p[0] == '-' && p[1] == '-') ||
	       (p[0] == '/' && p[1] == '*');
}

static RondRowsStep read_tail_byte(RondRows *self, RondRowsText *text)
{
	guint8 c = *text->p;
	gboolean escapes = !(self->shape->mode & ROND_SQL_PLAIN_BACKSLASH);

	if ((c == '\\' && escapes && self->quote && self->quote != '`') ||
	    (!self->quote && (c == '-' || c == '/'))) {
		if (rond_rows_left(text) < 2)
			return rond_rows_starve(text);
		if (!self->quote && is_comment(text->p))
			return ROND_STEP_BROKEN;
		text->p += self->quote ? 2 : 1;
		return ROND_STEP_ON;
	}
	if (!self->quote && c == '#')
		return ROND_STEP_BROKEN;
	self->quote = quote_after(self->quote, c);
	text->p++;
	return ROND_STEP_ON;
}

RondRowsStep rond_rows_read_tail(RondRows *self, RondRowsText *text)
{
	while (text->p < text->end) {
		RondRowsStep step;

		if (!self->quote && *text->p == ';')
			return read_statement_end(self, text);
		step = read_tail_byte(self, text);
		if (step != ROND_STEP_ON)
			return step;
	}
	return rond_rows_starve(text);
}
