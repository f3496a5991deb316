import { type Dice, diceOf } from './random.ts'

/** A word as it is written, and as it is sorted and searched by: said here, and not by the program. */
export type Word = readonly [written: string, folded: string]

/** The words of a language, the most common first. */
export type Vocabulary = readonly Word[]

const size = 15_000

interface Language {
  /** The words that hold sentences together. */
  readonly common: string
  readonly onsets: string
  readonly vowels: string
  readonly codas: string
}

/** How the letters fold that are not ASCII; those of other scripts stay as they are. */
const folds: Readonly<Record<string, string>> = {
  ...{ à: 'a', á: 'a', ã: 'a', ä: 'a', â: 'a', ç: 'c', è: 'e', é: 'e', ê: 'e', í: 'i', î: 'i', ñ: 'n' },
  ...{ ó: 'o', ô: 'o', õ: 'o', ö: 'o', ß: 'ss', ú: 'u', ù: 'u', û: 'u', ü: 'u', ł: 'l', ø: 'o' },
}

/** A dot stands for no letter. */
const latin = {
  onsets: 'b c d f g h l m n p r s t v br cr dr fl gr pl pr st tr ch sh',
  vowels: 'a e i o u a e i o ea ou ai',
  codas: '. . . . n r s t l m nd rt st ck',
}

export const languages: Readonly<Record<string, Language>> = {
  en: {
    common:
      'the of and to in a that for is on was with as it by at from his he are be this have an has not which they said were but their its had will who been more after would about when also one new two than other first over last out up year people time into could government against most years state only some city police president',
    ...latin,
  },
  fr: {
    common:
      'de la le et les à des en du que un une dans pour est qui par sur au plus pas avec ce il sont été cette se mais ses aux où très après même président année état',
    ...latin,
    vowels: 'a e i o u é è ai ou eu au ê',
  },
  de: {
    common:
      'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach bei wird über vor zur große Straße früher',
    ...latin,
    onsets: `${latin.onsets} schl schw kn w k z`,
    vowels: 'a e i o u ä ö ü ei ie au',
    codas: '. . . n r s t l ng ch ß tz',
  },
  es: {
    common:
      'de la que el en y a los se del las un por con no una su para es al lo como más año después también sobre este entre había está gobierno país',
    ...latin,
    vowels: 'a e i o u a o ie ue í ó á',
  },
  'pt-BR': {
    common:
      'de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele são já',
    ...latin,
    vowels: 'a e i o u ão é ei ou õ á',
  },
  ru: {
    common: 'и в не на что он по как это но они мы из за то все от года был для',
    onsets: 'б в г д ж з к л м н п р с т ст пр кр тр гр',
    vowels: 'а е и о у я ы а о',
    codas: '. . . н р с т л м в ст',
  },
  ar: {
    common: 'من في على عن مع هذا كان قد بعد قبل بين كل ثم',
    onsets: 'ب ت ث ج ح خ د ر ز س ش ص ط ع ف ق ك ل م ن ه',
    vowels: '. . ا و ي',
    codas: '. . . ن ر ل م ت',
  },
}

const known = new Map<string, Vocabulary>()

/** The vocabulary of one of `languages`, made when it is first asked for. */
export function vocabularyOf(language: string): Vocabulary {
  const before = known.get(language)
  if (before) return before
  const made = make(languages[language] as Language, [...language].length + language.charCodeAt(0))
  known.set(language, made)
  return made
}

function make({ common, onsets, vowels, codas }: Language, seed: number): Vocabulary {
  const lists = [onsets, vowels, codas].map((list) =>
    list.split(' ').map((part) => (part === '.' ? '' : part)),
  )
  const dice = diceOf(seed, 0)
  const written = new Set(common.split(' '))
  while (written.size < size) {
    // Rarer words are longer.
    const syllables = 1 + dice.below(2) + Math.floor((3 * written.size) / size)
    const word = Array.from({ length: syllables }, () => lists.map((list) => dice.pick(list)).join('')).join(
      '',
    )
    if ([...word].length > 2) written.add(word)
  }
  return [...written].map((word): Word => [word, folded(word)])
}

/** As `the` folds to `the` and `Straße` to `strasse`. */
function folded(word: string): string {
  return [...word.toLowerCase()].map((letter) => folds[letter] ?? letter).join('')
}

/** The place from which the frequencies of Zipf and Mandelbrot fall: `1 / (rank + offset)`. */
const offset = 2.7

/** A word, the common ones as often as in a language; `flat` passes over so many of the most common. */
export function throwWord(dice: Dice, vocabulary: Vocabulary, flat = 0): Word {
  const from = offset + flat
  const rank = Math.floor(from * (((vocabulary.length - flat + from) / from) ** dice.next() - 1))
  return vocabulary[Math.min(rank + flat, vocabulary.length - 1)] as Word
}
