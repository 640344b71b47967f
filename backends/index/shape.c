/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/shape.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define N_HIGH 128 /* codes of a charset beside ASCII */
#define CHARSET_SIZE (N_HIGH * sizeof(guint16))
/* MySQL allows 4,096. */
#define MAX_COLUMNS 65536
#define MAX_BITS 64

void rond_shape_write(const RondShape *self, GByteArray *out)
{
	const RondShapeHeader header = {self->mode, self->n_columns,
					(guint32)self->head_len, 0};

	g_byte_array_append(out, (const guint8 *)&header, sizeof header);
	for (guint i = 0; i < self->n_columns; i++) {
		const RondShownColumn *column = &self->columns[i];
		const RondShapeColumn record = {column->show, column->bits,
						(guint32)strlen(column->name),
						column->charset != NULL};

		g_byte_array_append(out, (const guint8 *)&record,
				    sizeof record);
	}
	g_byte_array_append(out, (const guint8 *)self->head,
			    (guint)self->head_len);
	for (guint i = 0; i < self->n_columns; i++)
		g_byte_array_append(out, (const guint8 *)self->columns[i].name,
				    (guint)strlen(self->columns[i].name) + 1);
	for (guint i = 0; i < self->n_columns; i++)
		if (self->columns[i].charset)
			g_byte_array_append(
			    out, (const guint8 *)self->columns[i].charset,
			    CHARSET_SIZE);
}

/* What is left of the bytes. */
typedef struct {
	const guint8 *at;
	gsize len;
} Rest;

static const guint8 *take(Rest *rest, gsize len)
{
	const guint8 *at = rest->at;

	if (len > rest->len)
		return NULL;
	rest->at += len;
	rest->len -= len;
	return at;
}

static char *take_text(Rest *rest, gsize len)
{
	const guint8 *at = take(rest, len);

	return at ? g_strndup((const char *)at, len) : NULL;
}

/* Its name, still without charset. */
static gboolean take_name(Rest *rest, const RondShapeColumn *record,
			  RondShownColumn *column)
{
	gsize len = (gsize)record->name_len + 1;

	if (record->show > ROND_SHOW_BITS || record->bits > MAX_BITS)
		return FALSE;
	column->show = (RondShow)record->show;
	column->bits = record->bits;
	column->name = take_text(rest, len);
	return column->name && strlen(column->name) == len - 1;
}

static gboolean take_charset(Rest *rest, const RondShapeColumn *record,
			     RondShownColumn *column)
{
	const guint8 *at;

	if (!record->has_charset)
		return TRUE;
	at = take(rest, CHARSET_SIZE);
	column->charset = at ? g_memdup2(at, CHARSET_SIZE) : NULL;
	return at != NULL;
}

static gboolean take_columns(Rest *rest, const guint8 *records, RondShape *self)
{
	RondShownColumn *columns = (RondShownColumn *)self->columns;

	for (guint i = 0; i < self->n_columns; i++) {
		RondShapeColumn record;

		memcpy(&record, records + i * sizeof record, sizeof record);
		if (!take_name(rest, &record, &columns[i]))
			return FALSE;
	}
	for (guint i = 0; i < self->n_columns; i++) {
		RondShapeColumn record;

		memcpy(&record, records + i * sizeof record, sizeof record);
		if (!take_charset(rest, &record, &columns[i]))
			return FALSE;
	}
	return TRUE;
}

void rond_shape_free(RondShape *self)
{
	for (guint i = 0; i < self->n_columns; i++) {
		g_free((char *)self->columns[i].name);
		g_free((guint16 *)self->columns[i].charset);
	}
	g_free((RondShownColumn *)self->columns);
	g_free((char *)self->head);
	g_free(self);
}

RondShape *rond_shape_read(const guint8 *bytes, gsize len, GError **error)
{
	Rest rest = {bytes, len};
	RondShape *self = g_new0(RondShape, 1);
	const guint8 *at = take(&rest, sizeof(RondShapeHeader)), *records;
	RondShapeHeader header = {0};

	if (at)
		memcpy(&header, at, sizeof header);
	records = header.n_columns && header.n_columns <= MAX_COLUMNS
		      ? take(&rest, header.n_columns * sizeof(RondShapeColumn))
		      : NULL;
	if (records) {
		self->mode = (RondSqlMode)header.mode;
		self->head_len = header.head_len;
		self->n_columns = header.n_columns;
		self->columns = g_new0(RondShownColumn, header.n_columns);
		self->head = take_text(&rest, header.head_len);
	}
	if (self->head && take_columns(&rest, records, self))
		return self;
	rond_shape_free(self);
	rond_fail(error, EIO, "the index's table is damaged");
	return NULL;
}
