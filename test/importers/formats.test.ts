import { expect, it } from 'vitest'
import { readInstant } from '../../src/importers/dates.ts'
import { detectFormat } from '../../src/importers/formats.ts'

it.each([
  ['wordpress', '<?xml version="1.0"?><!-- a --><rss xmlns:wp="http://wordpress.org/export/1.2/">', 'a.xml'],
  ['feed', '\uFEFF<?xml version="1.0"?>\n<rss version="2.0"><channel>', 'a.xml'],
  ['feed', '<feed xmlns="http://www.w3.org/2005/Atom">', 'a'],
  ['feed', '<!DOCTYPE rss [<!ENTITY a "b">]><rss>', 'a'],
  ['feed', '{"version": "https://jsonfeed.org/version/1.1", "items": []}', 'a.json'],
  ['ghost', '{"db":[{"meta":{"exported_on":1}}]}', 'a.json'],
  ['ninjs', '{"uri":"urn:x","type":"text"}', 'a.json'],
  ['ninjs', '[{"uri":"urn:x"}]', 'a.json'],
  ['ndjson', '{"type":"copydesk","version":1}\n', 'a'],
  ['ndjson', '{"title":"T","type":"article"}\n', 'a.json'],
  ['markdown', '---\ntitle: T\n---\n', 'a.txt'],
  ['markdown', '# T', 'a.md'],
  ['html', '<!-- a --><!DOCTYPE html><html>', 'a'],
  ['html', '<p>Text</p>', 'a.htm'],
  ['page', 'A title\n\nA text', 'a.txt'],
  [undefined, '{"a":1}', 'a.json'],
  [undefined, '<opml version="2.0">', 'a.xml'],
] as const)('tells %s by its content', (format, start, name) => {
  expect(detectFormat(start, name)).toBe(format)
})

it.each([
  ['2024-01-09T08:00:00+01:00', '2024-01-09T07:00:00.000Z'],
  ['2024-01-09 08:00:00', '2024-01-09T08:00:00.000Z'],
  ['2024-1-9', '2024-01-09T00:00:00.000Z'],
  ['Tue, 09 Jan 2024 08:00:00 EST', '2024-01-09T13:00:00.000Z'],
  ['9 January 2024', '2024-01-09T00:00:00.000Z'],
  [1_704_787_200_000, '2024-01-09T08:00:00.000Z'],
  ['2024-02-30', undefined],
  ['0000-00-00 00:00:00', undefined],
  ['soon', undefined],
  [null, undefined],
])('reads the date %s', (value, instant) => {
  expect(readInstant(value)).toBe(instant)
})
