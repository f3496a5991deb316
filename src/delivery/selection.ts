/** The members that `fields` names, in the order that the answer has them in anyway; all of them without it. */
export function selected<T extends object>(
  view: T,
  fields: readonly (keyof T & string)[] | undefined,
): Partial<T> {
  if (!fields) return view
  const names = new Set<string>(fields)
  return Object.fromEntries(Object.entries(view).filter(([name]) => names.has(name))) as Partial<T>
}
