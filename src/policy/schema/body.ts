import { z } from 'zod';
import { BYTES_FORM, formatBytes, parseBytes } from '../../std/bytes.ts';
import { text } from './text.ts';

/**
 * The largest body that a route may be opened for. It is held in memory until it is judged and sent, so that not one byte
 * of a refused call reaches an upstream.
 */
export const OPAQUE_MAX_BYTES = 64 * 1024 * 1024;

const JsonType = text(
  'a media type that is JSON, in lower case and without parameters: application/vnd.api+json',
  /^(?:application|text)\/(?:[a-z0-9][a-z0-9!#$&^_.-]{0,100}\+)?json$/,
  (type) => type !== 'application/json',
);

const OpaqueType = text(
  'a media type in lower case and without parameters: multipart/form-data, application/octet-stream, image/*',
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,100})$/,
  (type) => type !== 'application/x-www-form-urlencoded',
);

const SIZE_FORM = `${BYTES_FORM}, at most ${formatBytes(OPAQUE_MAX_BYTES)}`;

export const Body = z
  .strictObject({
    json: z
      .array(JsonType)
      .min(1)
      .optional()
      .meta({
        description:
          'Further media types that are read as JSON, as `application/json` always is. ' +
          'List only what the upstream too reads as JSON and as nothing else.',
        examples: [['application/vnd.api+json', 'application/merge-patch+json']],
      }),
    lists: z
      .boolean({ error: 'true or false' })
      .default(false)
      .meta({
        description: 'Whether a JSON body may be a list. It is judged as one call: count its items with `items: body`.',
        examples: [true],
      }),
    opaque: z
      .array(OpaqueType)
      .min(1)
      .optional()
      .meta({
        description:
          'Media types whose bodies nobody reads: uploads. They are sent byte for byte, and the journal keeps their ' +
          'SHA-256 in place of their text. No rule may read `body` on this route. A body without a type counts as application/octet-stream.',
        examples: [['multipart/form-data', 'application/octet-stream', 'image/*']],
      }),
    max: text(SIZE_FORM, /^[1-9]\d{0,5}(KiB|MiB)$/, (size) => (parseBytes(size) ?? Infinity) <= OPAQUE_MAX_BYTES)
      .default('20MiB')
      .meta({
        description: `The most bytes of an opaque body; ${formatBytes(OPAQUE_MAX_BYTES)} at most.`,
        examples: ['20MiB'],
      }),
  })
  .meta({
    description:
      'Bodies that it takes beside objects as `application/json` and forms, which every route takes up to 2 MiB.',
    examples: [{ opaque: ['multipart/form-data'], max: '20MiB' }],
  });

export type BodyFile = z.infer<typeof Body>;
