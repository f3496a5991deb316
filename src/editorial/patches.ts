/**
 * What a merge patch makes of something: members that it does not have stay as they are, and null sets the default of
 * those that have one.
 */
export function withPatch<State extends object>(
  previous: State,
  patch: { readonly [Member in keyof State]?: State[Member] | null | undefined },
  defaults: Partial<State> = {},
): State {
  const sent = Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value ?? defaults[name as keyof State] ?? null])
  return { ...previous, ...Object.fromEntries(sent) }
}
