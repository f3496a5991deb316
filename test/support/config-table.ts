import { describeConfig } from '../../src/config.ts'

const begin = '<!-- config:begin -->'
const end = '<!-- config:end -->'

/** The README with its table of environment variables made anew. Throws when the markers are not there. */
export function withConfigTable(readme: string): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`)
  return `${readme.slice(0, from + begin.length)}\n${configTable()}\n${readme.slice(to)}`
}

function configTable(): string {
  const rows = describeConfig().map(({ name, default: value, description }) => {
    const shown = value === '' ? '' : `\`${value}\``
    return [`\`${name}\``, shown, description].map((cell) => cell.replaceAll('|', '\\|'))
  })
  return [['variable', 'default', 'meaning'], ['---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
