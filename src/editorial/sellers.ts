import { v7 as newId } from 'uuid'
import { type Fault, Problem } from '../contract/errors.ts'
import type { ArchivedSeller } from '../contract/export-records.ts'
import type { Actor } from '../contract/permissions.ts'
import {
  entryOf,
  membersOfKind,
  type SellerInput,
  type SellerPatch,
  sellerDefaults,
} from '../contract/seller.ts'
import type { SellerEntry, SellerFile } from '../contract/seller-entry.ts'
import { isDomain } from '../contract/seller-text.ts'
import type { Writer } from '../store/index.ts'
import type { SellerRow } from '../store/sellers.ts'
import type { Expected } from './articles.ts'
import { type States, tellChange } from './change-log.ts'
import { getExpected } from './expected.ts'
import { withPatch } from './patches.ts'
import { keptAsItIs, type RestoreResult, restoredAs } from './restored.ts'
import { contentOf, filesOf, keyOf, sellerState } from './seller-rows.ts'

/** Adds an entry to its files, live at once. Throws `invalid-body`, `conflict`. */
export async function createSeller(tx: Writer, actor: Actor, input: SellerInput): Promise<SellerRow> {
  const entry = entryOf(input)
  const files = 'files' in input ? input.files : (['sellers.json'] as const)
  checkEntry(entry)
  await checkTwin(tx, entry, files)
  const position = input.position ?? (await tx.sellers.lastPosition(files)) + 1
  const row: SellerRow = {
    ...{ id: newId(), position, ...contentOf(entry, files) },
    ...{ version: 1, createdAt: tx.now, updatedAt: tx.now },
  }
  await tx.sellers.insert(row)
  await tell(tx, actor, 'created', { previous: null, next: row })
  return row
}

/**
 * Changes an entry, live at once: what the patch leaves out stays. Throws `not-found`, `version-mismatch`,
 * `invalid-body`, `conflict`.
 */
export async function patchSeller(
  tx: Writer,
  actor: Actor,
  id: string,
  expected: Expected,
  patch: SellerPatch | SellerInput,
): Promise<SellerRow> {
  const previous = await getExpected(tx.sellers, id, expected)
  checkMembers(previous, patch)
  const { files: sentFiles, position = previous.position, ...members } = patch as SellerPatch
  const entry = withPatch(
    previous.entry,
    members as Partial<SellerEntry>,
    sellerDefaults as Partial<SellerEntry>,
  )
  const files = sentFiles === undefined ? filesOf(previous) : (sentFiles ?? sellerDefaults.files)
  checkEntry(entry)
  await checkTwin(tx, entry, files, id)
  const next: SellerRow = {
    ...previous,
    ...{ position, ...contentOf(entry, files), version: previous.version + 1, updatedAt: tx.now },
  }
  await tx.sellers.update(previous, next)
  await tell(tx, actor, 'updated', { previous, next })
  return next
}

/** Takes an entry out of its files, at once. Throws `not-found`, `version-mismatch`. */
export async function deleteSeller(tx: Writer, actor: Actor, id: string, expected: Expected): Promise<void> {
  const previous = await getExpected(tx.sellers, id, expected)
  await tx.sellers.remove(previous)
  await tell(tx, actor, 'deleted', { previous, next: null })
}

/** Puts an entry of an archive back. Throws `invalid-body`, `conflict`. */
export async function restoreSeller(
  tx: Writer,
  actor: Actor,
  { id, seller, version, createdAt, updatedAt }: ArchivedSeller,
): Promise<RestoreResult> {
  const previous = await tx.sellers.find(id)
  const entry = entryOf(seller)
  const files = 'files' in seller ? seller.files : (['sellers.json'] as const)
  const position = seller.position ?? (await tx.sellers.lastPosition(files)) + 1
  const next: SellerRow = { id, position, ...contentOf(entry, files), version, createdAt, updatedAt }
  const kept = keptAsItIs(previous && { ...sellerState(previous) }, sellerState(next))
  if (kept) return kept
  checkEntry(entry)
  await checkTwin(tx, entry, files, id)
  if (previous) await tx.sellers.update(previous, next)
  else await tx.sellers.insert(next)
  await tell(tx, actor, previous ? 'updated' : 'created', { previous: previous ?? null, next })
  return restoredAs(previous, id)
}

/** Throws where a member is of another kind of entries. */
function checkMembers({ kind }: SellerRow, patch: SellerPatch | SellerInput): void {
  const faults: Fault[] = []
  for (const [name, value] of Object.entries(patch)) {
    const isKnown = name === 'kind' ? value === kind : membersOfKind[kind].includes(name)
    if (isKnown || value === undefined) continue
    const detail =
      name === 'kind' ? `must stay \`${kind}\`; make another entry` : `is no member of the kind \`${kind}\``
    faults.push({ pointer: `/${name}`, code: 'not-allowed', detail })
  }
  throwFaults(faults)
}

/** Throws where members do not go together. */
function checkEntry(entry: SellerEntry): void {
  const faults: Fault[] = []
  const required = (name: string, detail: string) =>
    faults.push({ pointer: `/${name}`, code: 'required', detail })
  if (entry.kind === 'account' && entry.domain === null)
    required('domain', 'must name the domain of the system')
  if (entry.kind === 'seller' && !entry.isConfidential)
    for (const name of ['name', 'domain'] as const)
      if (entry[name] === null) required(name, 'must be there unless the seller is confidential')
  if (entry.kind === 'variable') {
    const { variable, value, country } = entry
    if (variable !== 'CONTACT' && !isDomain(value))
      faults.push({
        ...{ pointer: '/value', code: 'invalid-format' },
        detail: `must be the name of a domain in ASCII, since that is what \`${variable}\` has`,
      })
    if (country !== null && variable !== 'MANAGERDOMAIN')
      faults.push({ pointer: '/country', code: 'not-allowed', detail: 'is of `MANAGERDOMAIN` alone' })
  }
  throwFaults(faults)
}

function throwFaults(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new Problem('invalid-body', 'The seller is not valid.', { errors: faults })
}

/** The member that tells entries of a kind apart, as far as one does. */
const tellingMembers = {
  account: 'accountId',
  variable: 'value',
  seller: 'sellerId',
  header: 'kind',
} as const

/** Throws `conflict` where another entry of one of the files is the same. */
async function checkTwin(
  tx: Writer,
  entry: SellerEntry,
  files: readonly SellerFile[],
  ownId?: string,
): Promise<void> {
  const twins = await tx.sellers.findTwins(files, keyOf(entry))
  const twin = twins.find(({ id }) => id !== ownId)
  if (!twin) return
  const shared = filesOf(twin).filter((file) => files.includes(file))
  throw new Problem('conflict', `The seller ${twin.id} is the same already in ${shared.join(' and ')}.`, {
    errors: [
      {
        ...{ pointer: `/${tellingMembers[entry.kind]}`, code: 'taken' },
        detail: `stands in ${shared.join(' and ')} already, by the seller ${twin.id}`,
      },
    ],
    extensions: { sellerId: twin.id },
  })
}

/** What an entry is called in the log. */
function nameOf(entry: SellerEntry): string {
  switch (entry.kind) {
    case 'account':
      return `${entry.domain}, ${entry.accountId}, ${entry.relationship}`
    case 'variable':
      return `${entry.variable}=${entry.value}`
    case 'seller':
      return entry.sellerId
    case 'header':
      return 'sellers.json'
  }
}

function tell(
  tx: Writer,
  actor: Actor,
  verb: 'created' | 'updated' | 'deleted',
  { previous, next }: States<SellerRow>,
): Promise<void> {
  const { id, entry, version } = next ?? previous
  const before = previous && sellerState(previous)
  const after = next && sellerState(next)
  const isSeen = seenOf(before) !== seenOf(after)
  return tellChange(tx, {
    ...{ type: `seller.${verb}`, subject: { type: 'seller', id, slug: null }, actor, version },
    ...{ previous: before, next: after, details: { name: nameOf(entry) } },
    visibility: isSeen ? 'public' : 'hidden',
  })
}

function seenOf(state: ReturnType<typeof sellerState> | null): string {
  return JSON.stringify(state && { ...state, version: 0, updatedAt: '' })
}
