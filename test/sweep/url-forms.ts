/** Spellings of a URL that a client, a proxy or an attacker might send. */

export interface UrlForm {
  readonly name: string
  /**
   * `same`: answered as the plain spelling is. `refused`: an error, whatever the method. Absent: whatever the route
   * that it leads to may answer.
   */
  readonly outcome?: 'same' | 'refused'
  /** The target for a path and a query, which begins with a question mark or is empty. */
  readonly spell: (path: string, query: string) => string
}

const hex = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`

/** Changes the first segment, which no path has a parameter in. */
function inFirst(path: string, change: (segment: string) => string): string {
  return path.replace(/^\/([^/]+)/, (_, segment: string) => `/${change(segment)}`)
}

function refused(name: string, spell: (path: string) => string): UrlForm {
  return { name, outcome: 'refused', spell: (path, query) => spell(path) + query }
}

function odd(name: string, spell: (path: string) => string): UrlForm {
  return { name, spell: (path, query) => spell(path) + query }
}

export const pathForms: readonly UrlForm[] = [
  {
    name: 'one letter encoded',
    outcome: 'same',
    spell: (path, query) => inFirst(path, (first) => first.replace(/[a-z]/, hex)) + query,
  },
  {
    name: 'all letters encoded',
    outcome: 'same',
    spell: (path, query) => inFirst(path, (first) => first.replace(/[a-z]/g, hex)) + query,
  },
  refused('a slash at the end', (path) => `${path}/`),
  refused('two slashes at the end', (path) => `${path}//`),
  refused('two slashes first', (path) => `/${path}`),
  refused('two slashes within', (path) => inFirst(path, (first) => `${first}/`)),
  refused('upper case', (path) => inFirst(path, (first) => first.toUpperCase())),
  refused('an encoded slash', (path) => `${path}%2f`),
  refused('an encoded slash first', (path) => `/%2F${path.slice(1)}`),
  refused('encoded slashes', (path) => `/${encodeURIComponent(path.slice(1))}x`),
  refused('a letter encoded twice', (path) =>
    inFirst(path, (first) => first.replace(/[a-z]/, (letter) => `%25${hex(letter).slice(1)}`)),
  ),
  refused('a dot segment', (path) => `/.${path}`),
  refused('a way up', (path) => `/v1/..${path}`),
  refused('an encoded way up', (path) => `/v1/%2e%2e${path}`),
  refused('a way up with an encoded slash', (path) => `/v1/..%2f${path.slice(1)}`),
  refused('a way up at the end', (path) => `${path}/%2e%2e`),
  refused('a semicolon', (path) => `${path};`),
  refused('a parameter of the path', (path) => inFirst(path, (first) => `${first};a=b`)),
  refused('an encoded NUL', (path) => `${path}%00`),
  refused('an encoded space', (path) => `${path}%20`),
  refused('an encoded line feed', (path) => `${path}%0d%0aX-Made:%20up`),
  refused('an extension', (path) => `${path}.json`),
  refused('a broken encoding', (path) => `${path}%`),
  refused('an encoding of no letter', (path) => `${path}%zz`),
  refused('an overlong encoding', (path) => `${path}%c0%af`),
  refused('bytes of no text', (path) => `${path}%ff%fe`),
  refused('an overlong segment', (path) => `${path}${'a'.repeat(3_000)}`),
  refused('an overlong path', (path) => `${path}${'/a'.repeat(4_000)}`),
  refused('backslashes', (path) => path.replaceAll('/', '\\')),
  refused('no slash first', (path) => `%2F${path.slice(1)}`),
  odd('a fragment', (path) => `${path}#fragment`),
  odd('an encoded fragment', (path) => `${path}%23fragment`),
  odd('its absolute form', (path) => `http://127.0.0.1${path}`),
  odd('another host', (path) => `https://elsewhere.example${path}`),
]

/** Query strings that no operation takes. */
export const strangeQueries: readonly string[] = [
  'nope=1',
  '__proto__=1',
  '__proto__[admin]=1',
  'constructor=1',
  'constructor[prototype][admin]=1',
  'toString=1',
  'hasOwnProperty=1',
  '_method=DELETE',
  'callback=x',
  'debug=true',
  'access_token=x',
  '%00=1',
  '%ff=1',
  '[]=1',
]

/** Values of a parameter of a path that name nothing; `unlike` are ids that are there, of something else. */
export function strangeValues(unlike: readonly string[]): string[] {
  return [
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'undefined', 'true'],
    ...['.', '..', '%2e', '%2e%2e', '%00', '%0d%0aX-Made:%20up', '%20', '%ff', '%c0%ae', '%25', '%252e%252e'],
    ...['%F0%9F%98%80', '%ed%a0%80', '%CC%81'.repeat(40), 'caf%C3%A9', 'cafe%CC%81'],
    ...['0', '-1', '1e9', '99999999999999999999', 'NaN', '0x10', '1.5'],
    ...[
      '[object%20Object]',
      '%5B%5D',
      '*',
      '~',
      "'%20or%20'1'='1",
      '%22);drop%20table%20articles;--',
      '$ne',
      '%7B%7D',
    ],
    ...['00000000-0000-0000-0000-000000000000', 'c9bf9e57-1685-4c89-bafb-ff5af830be8a'],
    'a'.repeat(101),
    'a'.repeat(2_047),
    ...unlike,
    ...unlike.map((id) => id.toUpperCase()),
    ...unlike.map((id) => `${id}%20`),
  ]
}
