type Present<T> = { [Name in keyof T]?: Exclude<T[Name], null | undefined | ''> }

/** The members that have a value: formats leave out what there is nothing to say in. */
export function present<T extends object>(members: T): Present<T> {
  const kept = Object.entries(members).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  return Object.fromEntries(kept) as Present<T>
}

/** The list, unless it is empty. */
export function someOf<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined
}
