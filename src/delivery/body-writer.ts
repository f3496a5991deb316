import { toHtml } from '../body/html.ts'
import { toText } from '../body/text.ts'
import type { BodyFormat } from '../contract/delivered-article.ts'
import type { Body } from '../contract/portable-text.ts'
import { StoredJson } from '../contract/stored-json.ts'

/** A body as JSON that is written already, or as it is. */
export type BodyAtHand = Body | StoredJson<Body>

/** Writes a body in one format: it stays as it is in Portable Text. */
export type BodyWriter = <Form extends BodyAtHand>(body: Form) => Form | string

/** Undefined where the body is left out. What writes Markdown is loaded when it is first asked for. */
export async function bodyWriterOf(format: BodyFormat): Promise<BodyWriter | undefined> {
  switch (format) {
    case 'none':
      return undefined
    case 'html':
      return (body) => toHtml(parsed(body))
    case 'markdown': {
      const { toMarkdown } = await import('../body/markdown.ts')
      return (body) => toMarkdown(parsed(body))
    }
    case 'text':
      return (body) => toText(parsed(body))
    default:
      return (body) => body
  }
}

function parsed(body: BodyAtHand): Body {
  return body instanceof StoredJson ? body.value : body
}
