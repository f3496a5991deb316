import { uriLooksSafe } from '@portabletext/to-html'

/** Text that is HTML already. Only `html` and `trusted` make it, so all else is escaped where it is shown. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Html | readonly Html[] | string | number | null | undefined | false

/** A template of HTML. What stands in `${…}` is escaped unless it is `Html`; null, undefined and false are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + show(values[index])).join(''))
}

/** HTML that is known to be safe, such as what the Portable Text renderer gives. */
export function trusted(text: string): Html {
  return new Html(text)
}

/** ` name="value"`; nothing for a value that is absent. */
export function attribute(name: string, value: string | number | null | undefined): Html {
  return value === null || value === undefined ? trusted('') : html` ${trusted(name)}="${value}"`
}

/**
 * A link around the content, or the content alone where there is no address or not a safe one. Escaping does not
 * make `javascript:` harmless, so every link of these pages is made here.
 */
export function link(
  href: string | null,
  content: Html | string,
  attributes: Readonly<Record<string, string | undefined>> = {},
): Html {
  if (href === null || !uriLooksSafe(href)) return html`${content}`
  const others = Object.entries(attributes).map(([name, value]) => attribute(name, value))
  return html`<a href="${href}"${others}>${content}</a>`
}

function show(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escapeText(String(value))
}

function escapeText(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
