/** The names of a header such as `Accept` or `Accept-Encoding` with their weights (RFC 9110 §12.4.2), in lower case. */
export function readQualities(header: string): Map<string, number> {
  const qualities = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    qualities.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0)
  }
  return qualities
}

/** True when `Accept` asks for this media type by its name, and for plain JSON no more than for it. */
export function asksFor(mediaType: string, accept: string | undefined): boolean {
  const qualities = readQualities(accept ?? '')
  const wanted = qualities.get(mediaType) ?? 0
  return wanted > 0 && wanted >= (qualities.get('application/json') ?? 0)
}
