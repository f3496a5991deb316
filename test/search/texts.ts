import fc from 'fast-check'

/** Words of many scripts, as news writes them: some alike but for case, accents or width. */
const samples = [
  ...['harbour', 'Harbour', 'HARBOURS', 'bridge', 'Élection', 'election', 'ELECTIONS', 'Genève', 'İzmir'],
  ...[
    'Straße',
    'STRASSE',
    'naïve',
    'Łódź',
    'ﬁsh',
    'ｆｉｓｈ',
    'don’t',
    "don't",
    'covid-19',
    'U.S.',
    '1,234',
    '２０２４',
  ],
  ...['Новости', 'НОВОСТИ', 'ёлка', 'елка', 'Київ', 'Αθήνα', 'ΑΘΗΝΑ', 'ὁδός', 'Երևան', 'თბილისი'],
  ...['مُحَمَّد', 'محمد', 'القاهرة', '١٢٣', 'می‌خواهم', 'שָׁלוֹם', 'שלום', 'हिन्दी', 'समाचार', 'বাংলা', 'தமிழ்', 'አማርኛ'],
  ...[
    '日本',
    '新聞',
    '新聞社',
    '中国',
    '国中',
    '東京タワー',
    'ｶﾞｰﾃﾞﾝ',
    'ガーデン',
    'が',
    'か',
    '서울',
    '서울에서',
    'ไทย',
    'ภาษาไทย',
    'ខ្មែរ',
    'မြန်မာ',
  ],
  ...['🚢', '👩‍👩‍👧', '—', '“', '”', '"', '-', '(', '*', '½', '№', 'a\u00ADb', '\u0301'],
]

/** Texts of such words, with and without spaces between, and some of any characters at all. */
export const text = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...samples), fc.constantFrom(' ', ' ', ' ', '', ', ', '-', '\n')), {
        maxLength: 12,
      })
      .map((parts) => parts.flat().join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
)
