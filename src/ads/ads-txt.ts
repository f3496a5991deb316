import type { LineEntry } from '../contract/seller-entry.ts'
import { toOneLine } from '../contract/seller-text.ts'

/** Says that nobody is authorised: an empty file is deprecated, and a missing one would let anybody sell. */
const placeholder = 'placeholder.example.com, placeholder, DIRECT, placeholder'

/**
 * The text of `ads.txt` or `app-ads.txt` (IAB Tech Lab, version 1.1), in the order of the entries; a blank line stands
 * above the comments of those that have some. No entry can make more than its own lines, whatever it holds.
 */
export function toAdsTxt(entries: readonly LineEntry[]): string {
  const lines: string[] = []
  for (const entry of entries) {
    if (entry.commentAbove !== null) {
      if (lines.length > 0) lines.push('')
      lines.push(...entry.commentAbove.split('\n').map((line) => `# ${toOneLine(line)}`.trimEnd()))
    }
    const comment = entry.comment === null ? '' : ` # ${entry.comment}`
    lines.push(toOneLine(`${contentOf(entry)}${comment}`))
  }
  if (!entries.some(({ kind }) => kind === 'account')) lines.push(placeholder)
  return `${lines.join('\n')}\n`
}

/** True for the record that stands for none. */
export function isPlaceholder(domain: string, accountId: string): boolean {
  return domain.toLowerCase() === 'placeholder.example.com' && accountId === 'placeholder'
}

/** An entry as a line has it, without its comment. */
function contentOf(entry: LineEntry): string {
  if (entry.kind === 'variable') {
    const { variable, value, country } = entry
    return `${variable}=${value}${country === null ? '' : `, ${country}`}`
  }
  const { domain, accountId, relationship, certificationAuthorityId, extension } = entry
  const fields = [
    domain,
    accountId,
    relationship,
    ...(certificationAuthorityId ? [certificationAuthorityId] : []),
  ]
  return `${fields.join(', ')}${extension === null ? '' : `; ${extension}`}`
}
