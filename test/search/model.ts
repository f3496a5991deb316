import fc from 'fast-check'

/**
 * Texts and searches made of units whose meaning is known from the start, and the plainest way to say which text
 * has what is searched for. Nothing of the program takes part, so that both can be held against each other.
 */

interface Sample {
  /** How it may be written: all the same to a reader. */
  readonly spellings: readonly string[]
  /** One unit, or the letters of a script without spaces. */
  readonly units: readonly string[]
}

const word = (unit: string, ...spellings: string[]): Sample => ({
  spellings: [unit, ...spellings],
  units: [unit],
})
const letters = (text: string): Sample => ({ spellings: [text], units: [...text] })

const samples: readonly Sample[] = [
  word('harbour', 'Harbour', 'HARBOUR'),
  word('harbours', 'Harbours'),
  word('har'),
  word('bridge', 'Bridge'),
  word('election', 'Élection', 'ÉLECTION', 'élection'),
  word('geneve', 'Genève', 'Geneve'),
  word('strasse', 'Straße', 'STRASSE', 'straße'),
  word('2024', '２０２４'),
  word('новости', 'Новости', 'НОВОСТИ'),
  word('елка', 'ёлка', 'Ёлка'),
  word('αθηνα', 'Αθήνα', 'ΑΘΗΝΑ'),
  word('محمد', 'مُحَمَّد'),
  word('שלום', 'שָׁלוֹם'),
  word('समाचार'),
  letters('日本'),
  letters('本日'),
  letters('新聞社'),
  letters('新聞'),
  letters('聞'),
  letters('ニュース'),
  letters('서울'),
  letters('서울에서'),
]

/** A unit as it stands in a text: `isGlued` when the next one follows without anything between, in one script. */
interface Unit {
  readonly text: string
  readonly kind: 'word' | 'letter'
  readonly isGlued: boolean
}

export interface ModelField {
  readonly text: string
  readonly units: readonly Unit[]
}

const separators = fc.constantFrom(' ', ' ', ' ', '', ', ', '-', ' — ', '. ')

/** A text of up to so many samples. */
export function field(maxLength: number, minLength = 0): fc.Arbitrary<ModelField> {
  const piece = fc.tuple(fc.nat(samples.length - 1), fc.nat(), separators)
  return fc.array(piece, { minLength, maxLength }).map(fieldOf)
}

function fieldOf(parts: readonly (readonly [number, number, string])[]): ModelField {
  let text = ''
  const units: Unit[] = []
  for (const [index, [sample, spelling, wanted]] of parts.entries()) {
    const { spellings, units: own } = samples[sample] as Sample
    const kind = isUnspaced(own) ? 'letter' : 'word'
    const next = parts[index + 1]
    const nextIsLetter = next !== undefined && isUnspaced((samples[next[0]] as Sample).units)
    // Two words without a separator would be another word.
    const separator = wanted === '' && kind === 'word' && !nextIsLetter ? ' ' : wanted
    text += `${spellings[spelling % spellings.length]}${next ? separator : ''}`
    for (const [place, unit] of own.entries()) {
      const isLast = place === own.length - 1
      const isGlued = kind === 'letter' && (!isLast || (nextIsLetter && separator === ''))
      units.push({ text: unit, kind, isGlued })
    }
  }
  return { text, units }
}

function isUnspaced(units: readonly string[]): boolean {
  return /[\p{Script=Han}\p{Script=Katakana}\p{Script=Hangul}ー]/u.test(units[0] ?? '')
}

export interface ModelTerm {
  readonly typed: string
  readonly units: readonly Unit[]
  readonly isExcluded: boolean
  readonly goesOn: boolean
}

/** Something to search for: how it is typed, and what it means. */
export const modelQuery: fc.Arbitrary<{ typed: string; terms: readonly ModelTerm[] }> = fc
  .array(
    fc.record({
      phrase: field(3, 1),
      form: fc.constantFrom('plain' as const, 'plain' as const, 'quoted' as const, 'excluded' as const),
      cut: fc.nat(4),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => {
    const terms = parts.map(({ phrase, form, cut }, index): ModelTerm => {
      const isLast = index === parts.length - 1
      if (form !== 'plain')
        return {
          typed: `${form === 'excluded' ? '-' : ''}"${phrase.text}"`,
          units: phrase.units,
          isExcluded: form === 'excluded',
          goesOn: false,
        }
      // A plain term is one piece of writing; the last may be the beginning of a word.
      const [first] = phrase.units
      const whole = first?.text ?? ''
      const typed = isLast && first?.kind === 'word' ? whole.slice(0, Math.max(1, whole.length - cut)) : whole
      const unit = { text: typed, kind: first?.kind ?? 'word', isGlued: false } as const
      return { typed, units: [unit], isExcluded: false, goesOn: isLast }
    })
    return { typed: terms.map((term) => term.typed).join(' '), terms }
  })

/** True when the fields have every term but the excluded ones. */
export function isFound(fields: readonly ModelField[], terms: readonly ModelTerm[]): boolean {
  const wanted = terms.filter((term) => !term.isExcluded)
  if (wanted.length === 0) return false
  const has = (term: ModelTerm) =>
    fields.some(({ units }) => units.some((_unit, at) => standsAt(units, at, term)))
  return wanted.every(has) && !terms.some((term) => term.isExcluded && has(term))
}

function standsAt(units: readonly Unit[], at: number, { units: wanted, goesOn }: ModelTerm): boolean {
  return wanted.every((unit, offset) => {
    const there = units[at + offset]
    if (there === undefined || there.kind !== unit.kind) return false
    const isLast = offset === wanted.length - 1
    if (isLast && unit.kind === 'word' && goesOn) return there.text.startsWith(unit.text)
    // Where a run of letters goes on in what is searched for it must go on in the text, and end where it ends.
    return there.text === unit.text && (isLast || there.isGlued === unit.isGlued)
  })
}
