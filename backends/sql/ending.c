/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/ending.h"

#include <string.h>

static gboolean begins(const char *text, gsize len, const char *with)
{
	gsize n = strlen(with);

	return len >= n && memcmp(text, with, n) == 0;
}

static RondTool find_tool(const char *text, gsize len)
{
	static const struct {
		const char *banner;
		RondTool tool;
	} banners[] = {
	    {"-- MySQL dump 8.", ROND_TOOL_MYSQLDUMP_OLD},
	    {"-- MySQL dump 9.", ROND_TOOL_MYSQLDUMP_OLD},
	    {"-- MySQL dump 10.9 ", ROND_TOOL_MYSQLDUMP_OLD},
	    {"-- MySQL dump ", ROND_TOOL_MYSQLDUMP},
	    {"-- MariaDB dump ", ROND_TOOL_MYSQLDUMP},
	    {"-- phpMyAdmin SQL Dump", ROND_TOOL_PHPMYADMIN},
	    {"# phpMyAdmin ", ROND_TOOL_PHPMYADMIN},
	    {"-- Adminer ", ROND_TOOL_ADMINER},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(banners); i++)
		if (begins(text, len, banners[i].banner))
			return banners[i].tool;
	return ROND_TOOL_UNKNOWN;
}

/* "-- 2024-05-01 03:00:01", and maybe a zone. */
static gboolean is_date(const char *text, gsize len)
{
	static const char form[] = "-- 0000-00-00 00:00:00";

	if (len < sizeof form - 1)
		return FALSE;
	for (gsize i = 0; form[i]; i++)
		if (form[i] == '0' ? !g_ascii_isdigit(text[i])
				   : form[i] != text[i])
			return FALSE;
	return TRUE;
}

void rond_ending_comment(RondEnding *self, const char *text, gsize len)
{
	if (self->tool == ROND_TOOL_UNKNOWN)
		self->tool = find_tool(text, len);
	if (self->tool == ROND_TOOL_ADMINER && is_date(text, len))
		self->completed = TRUE;
	if (begins(text, len, "-- Dump completed"))
		self->completed = TRUE;
}

void rond_ending_statement(RondEnding *self)
{
	self->completed = FALSE;
	self->any = TRUE;
}

gboolean rond_ending_complete(const RondEnding *self)
{
	if (self->tool == ROND_TOOL_MYSQLDUMP ||
	    self->tool == ROND_TOOL_ADMINER)
		return self->completed;
	return self->any && !self->started;
}

RondSqlMode rond_ending_mode(const RondEnding *self)
{
	return self->tool == ROND_TOOL_UNKNOWN ? 0 : ROND_SQL_NO_LINE_FEEDS;
}
