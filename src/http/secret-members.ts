/**
 * A copy of a JSON value without some members: those of the value itself by name, those further in by JSON
 * Pointer (RFC 6901). What is not there is no error.
 */
export function withoutMembers(value: unknown, members: readonly string[]): unknown {
  if (members.length === 0) return value
  const copy: unknown = structuredClone(value)
  for (const member of members) {
    const path = readPointer(toPointer(member))
    const last = path.pop()
    const owner = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), copy)
    if (isObject(owner) && last !== undefined) delete owner[last]
  }
  return copy
}

/** The JSON Pointer to a member that is given by its name, or by a pointer already. */
export function toPointer(member: string): string {
  return member.startsWith('/') ? member : `/${member.replaceAll('~', '~0')}`
}

function readPointer(pointer: string): string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
