import type { ImportFormat } from '../contract/import-job.ts'

const xmlStart =
  /^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?[^>]*>|<\?[^>]*\?>|\s)*<([A-Za-z][\w.:-]*)/
const feedRoots = new Set(['rss', 'feed', 'rdf:rdf', 'atom:feed'])

/**
 * The format of a source by its beginning, some kilobytes of it; undefined for what is none of them. `name` decides
 * between those that are text alike.
 */
export function detectFormat(start: string, name: string): ImportFormat | undefined {
  const text = start.replace(/^\uFEFF/, '').trimStart()
  if (text === '') return 'page'
  if (/\.(?:ndjson|jsonl)$/i.test(name)) return 'ndjson'
  if (/^[{[]/.test(text)) return detectJson(text)
  if (/^(?:---|\+\+\+)\s*(?:\r\n|\n|\r)/.test(text)) return 'markdown'
  if (text.startsWith('<')) {
    const root = xmlStart.exec(text)?.[1]?.toLowerCase()
    if (root !== undefined && feedRoots.has(root))
      return /wordpress\.org\/export\/|<wp:/i.test(text) ? 'wordpress' : 'feed'
    if (
      root === 'html' ||
      /^\s*(?:<!--[\s\S]*?-->\s*)*<!doctype html/i.test(text) ||
      /\.x?html?$/i.test(name)
    )
      return 'html'
    if (/\.(?:md|markdown)$/i.test(name)) return 'markdown'
    if (/<(?:head|body|title|article|main|p|h1|div)[\s>]/i.test(text)) return 'html'
    return undefined
  }
  if (/\.(?:md|markdown)$/i.test(name)) return 'markdown'
  if (/\.x?html?$/i.test(name)) return 'html'
  return 'page'
}

function detectJson(text: string): ImportFormat | undefined {
  if (/^\{\s*"type"\s*:\s*"(?:copydesk|section|tag|author|article)"/.test(text)) return 'ndjson'
  if (/"version"\s*:\s*"https?:\/\/jsonfeed\.org\/version\//.test(text)) return 'feed'
  if (/"db"\s*:\s*\[/.test(text) || /"exported_on"/.test(text) || /^\{\s*"(?:data|meta)"\s*:\s*\{/.test(text))
    return 'ghost'
  if (/"posts"\s*:\s*\[/.test(text)) return 'ghost'
  if (/"uri"\s*:/.test(text)) return 'ninjs'
  // The members of a line may come in any order.
  if (text.startsWith('{') && /"type"\s*:\s*"article"/.test(text)) return 'ndjson'
  return undefined
}
