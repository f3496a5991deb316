import { z } from 'zod'

/** Names of members, separated by commas: an item of each list. */
const plainName = /^[A-Za-z]{1,40}$/
const mostNamed = 5

/** A parameter that names members of an answer, each once: `id,title`. Gives them sorted. */
export function memberNames<const Name extends string>(names: readonly Name[]) {
  const name = `(?:${names.join('|')})`
  return z
    .string()
    .transform((value) => [...new Set(value.split(','))].sort())
    .refine((given) => given.every((name) => isOneOf(names, name)), {
      error: ({ input }) => noMembers((input as string[]).filter((name) => !isOneOf(names, name))),
      params: { code: 'unknown-field' },
    })
    .transform((given) => given.filter((name) => isOneOf(names, name)))
    .meta({ type: 'string', items: undefined, pattern: `^${name}(?:,${name})*$` })
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name)
}

/** Says which names are none; what does not look like a name is not repeated. */
export function noMembers(wrong: readonly string[]): string {
  const shown = wrong.filter((name) => plainName.test(name)).slice(0, mostNamed)
  const quoted = shown.map((name) => `\`${name}\``)
  const what =
    shown.length === wrong.length ? quoted : [...quoted, shown.length === 0 ? 'what stands there' : 'others']
  const list = new Intl.ListFormat('en').format(what)
  return `must name members that the answer has here, separated by commas; ${list} ${what.length === 1 ? 'is none' : 'are none'}`
}
