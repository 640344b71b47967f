/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw deflate (RFC 1951): one stream and nothing around it, as the members of
 * a zip are. Its check is the zip's business.
 */
#include "backends/codec/codecs.h"
#include "backends/codec/deflated.h"

static void note_rest(RondCoder *coder)
{
	/* What can't be read here is nobody's loss. */
	if (coder->scan && rond_input_peek(&coder->input, 1, NULL) > 0)
		rond_coder_find(coder, ROND_FINDING_NOTE, coder->out,
				"bytes from %" G_GUINT64_FORMAT
				" on, after the end of the deflate data, are "
				"ignored",
				rond_input_tell(&coder->input));
}

static gsize deflate_decode(RondCoder *coder, guint8 *buf, gsize len,
			    GError **failure)
{
	RondDeflated *self = (RondDeflated *)coder;
	RondInflateSpan span = {.buf = buf, .len = len};

	/* With a full span we are called again, and say it then. */
	if (rond_deflated_run(self, &span, failure) == ROND_DEFLATED_END &&
	    span.done < len)
		note_rest(coder);
	return span.done;
}

static void deflate_clear(RondCoder *coder)
{
	rond_deflated_clear((RondDeflated *)coder);
}

static const RondCoderOps coder_ops = {
    .name = "deflate",
    .decode = deflate_decode,
    .clear = deflate_clear,
};

static RondDecoder *deflate_open(RondStream *in, const RondSeekPoint *from,
				 const RondScan *scan, GError **error)
{
	RondDeflated *self = g_new0(RondDeflated, 1);
	g_autoptr(RondDecoder) decoder = &self->coder.decoder;

	rond_deflated_init(self, &coder_ops, in, scan);
	if (from && !rond_deflated_resume(self, from, error))
		return NULL;
	if (!from && !rond_deflated_begin(self, error))
		return NULL;
	return g_steal_pointer(&decoder);
}

const RondCodec rond_deflate_codec = {
    .name = "deflate",
    .open = deflate_open,
};
