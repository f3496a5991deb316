/** What WordPress makes of an article's content before it is shown, as far as that can be known without it. */
export interface Content {
  readonly html: string
  readonly losses: readonly string[]
}

/**
 * Shortcodes of WordPress itself, and of its most used plugins, that show something else than text. What stands between
 * an opening and a closing one is text, and stays.
 */
const dynamic =
  /\[\/?(gallery|playlist|contact-form(?:-7)?|gravityform|sc|polldaddy|poll|slideshow|googlemaps|wpvideo|advanced_iframe|ad|adrotate)(?=[\s\]/])[^\]]{0,2000}\]/gi
const block =
  'address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul'
const beginsBlock = new RegExp(`^</?(?:${block})\\b`, 'i')

export function htmlOfContent(content: string): Content {
  const losses: string[] = []
  const isOfBlocks = content.includes('<!-- wp:')
  const shown = content
    .replace(/<!--\s+wp:([a-z][\w/-]*)(?:\s+\{[^>]*\})?\s+\/-->/g, (_comment, name: string) => {
      if (!/^(?:more|nextpage|spacer|separator|core\/)/.test(name))
        losses.push(`what the block ${name.slice(0, 50)} shows`)
      return ''
    })
    .replace(
      /\[caption\b([^\]]{0,2000})\]([\s\S]{0,20000}?)\[\/caption\]/gi,
      (_code, attributes: string, inner: string) => figureOf(attributes, inner),
    )
    .replace(
      /\[(embed|youtube|vimeo)(?:\s[^\]]{0,500})?\]\s*(https?:\/\/[^\s[\]<>"]+)\s*\[\/\1\]/gi,
      '\n\n$2\n\n',
    )
    .replace(/\[(?:youtube|vimeo|tweet|twitter)\s+["']?(https?:\/\/[^\s[\]<>"']+)["']?\s*\]/gi, '\n\n$1\n\n')
    .replace(
      /\[(video|audio)\b([^\]]{0,2000})\](?:\s*\[\/\1\])?/gi,
      (_code, kind: string, attributes: string) => {
        const src = /(?:src|mp4|mp3|m4v|webm|ogg|wav)=["']([^"']+)["']/i.exec(attributes)?.[1]
        if (src === undefined) losses.push(`the ${kind.toLowerCase()} of a shortcode without an address`)
        return src === undefined ? '' : `<${kind} src="${src.replaceAll('"', '&quot;')}"></${kind}>`
      },
    )
    .replace(dynamic, (code, name: string) => {
      if (!code.startsWith('[/')) losses.push(`what the shortcode [${name}] shows`)
      return ''
    })
  const left = new Set(
    [...shown.matchAll(/\[\/?([a-z][a-z0-9_-]{2,40})(?:\s+[\w-]+=["'][^\]]{0,500})\]/gi)].map(
      (match) => match[1],
    ),
  )
  for (const name of left) losses.push(`what the shortcode [${name ?? ''}] does; it stays in the text`)
  return { html: isOfBlocks ? shown : paragraphs(shown), losses }
}

function figureOf(attributes: string, inner: string): string {
  const image = /^\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*<\/a>)?/i.exec(inner)?.[0] ?? ''
  const written = /\bcaption=(?:"([^"]*)"|'([^']*)')/i.exec(attributes)
  const caption = inner.slice(image.length).trim() || (written?.[1] ?? written?.[2] ?? '')
  return `\n\n<figure>${image}<figcaption>${caption}</figcaption></figure>\n\n`
}

/**
 * Before its blocks, WordPress stored text without paragraphs: an empty line parts them, and a line break is one. What
 * is preformatted stays as it is.
 */
function paragraphs(content: string): string {
  const text = content.replace(/\r\n?/g, '\n')
  const parts = text.split(/(<(pre|script|style|textarea)\b[\s\S]*?<\/\2>)/i)
  let html = ''
  for (let index = 0; index < parts.length; index += 3) {
    html += (parts[index] ?? '')
      .split(/\n\s*\n/)
      .map((part) => paragraph(part.trim()))
      .join('\n')
    html += parts[index + 1] ?? ''
  }
  return html
}

function paragraph(text: string): string {
  if (text === '' || beginsBlock.test(text)) return text
  return `<p>${text.replace(/\n/g, '<br>')}</p>`
}
