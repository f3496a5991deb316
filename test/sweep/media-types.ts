/** Ways to say what a body is. */

type Header = readonly [string, string]

/** Each means JSON, in the spellings that HTTP allows. */
export const jsonTypes: readonly string[] = [
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json ; charset="utf-8"',
]

const jsonType: Header = ['content-type', 'application/json']
const textType: Header = ['content-type', 'text/plain']

/** None of these is JSON, or not surely. */
export const otherTypes: readonly (readonly Header[])[] = [
  ...[
    'application/json;',
    'application/json ;x',
    'application/json; x=y',
    'application/json\tx',
    'application/json garbage',
    'application/json,application/json',
    'application/json, text/plain',
    'text/plain, application/json',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=utf-8; charset=utf-7',
    'application/json/json',
    'application/jsonx',
    'application /json',
    'application/*',
    '*/*',
    'json',
    'text/json',
    'application/x-json',
    'application/vnd.api+json',
    'application/json-patch+json',
    'application/merge-patch+json; x=y',
    'text/plain',
    'text/plain; x=application/json',
    'text/html',
    'application/xml',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=application/json',
    '__proto__',
    'constructor',
    '',
  ].map((type): Header[] => [['content-type', type]]),
  [],
  [jsonType, textType],
  [textType, jsonType],
  [jsonType, jsonType],
  ...['gzip', 'br', 'deflate', 'zstd', 'identity, gzip'].map((encoding): Header[] => [
    jsonType,
    ['content-encoding', encoding],
  ]),
]
