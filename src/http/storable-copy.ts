import { isBadText, isContainer } from './raw-values.ts'

interface Pair {
  readonly from: object
  readonly to: unknown[] | Record<string, unknown>
}

/**
 * A copy of the input on which schemas can run safely: text that cannot be stored is `x` there, numbers beyond
 * the range are 0, and members with such a name are left out. No schema knows those names, and any other name in
 * their place would be reported as one that nobody sent. Walks without recursion.
 */
export function copyStorable(data: unknown): unknown {
  const open: Pair[] = []
  const copy = (value: unknown): unknown => {
    if (!isContainer(value)) return storable(value)
    // Without a prototype, so that `__proto__` is a name like any other.
    const to = Array.isArray(value) ? [] : (Object.create(null) as Record<string, unknown>)
    open.push({ from: value, to })
    return to
  }
  const root = copy(data)
  for (let at = open.pop(); at !== undefined; at = open.pop()) fill(at, copy)
  return root
}

function fill({ from, to }: Pair, copy: (value: unknown) => unknown): void {
  if (Array.isArray(to)) {
    for (const item of from as unknown[]) to.push(copy(item))
    return
  }
  for (const [name, value] of Object.entries(from)) {
    if (!isBadText(name)) to[name] = copy(value)
  }
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return isBadText(value) ? 'x' : value
  return typeof value === 'number' && !Number.isFinite(value) ? 0 : value
}
