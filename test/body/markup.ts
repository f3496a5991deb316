import fc from 'fast-check'

const names = (
  'a b strong i em u s del code kbd sub sup q span font br wbr img p div section h1 h2 h6 blockquote ul ol li menu dl dt dd ' +
  'pre xmp listing plaintext textarea title table caption thead tbody tfoot tr td th figure figcaption small hr ' +
  'iframe video audio source object embed svg math mi mtext style script noscript template select option button form ' +
  'details summary ruby rt marquee center address html head body frameset noembed foreignObject desc annotation-xml'
).split(' ')

const attributes = fc.constantFrom(
  ...[
    '',
    ' href="https://a.example/x"',
    ' href=javascript:alert(1)',
    ' href="jav&#x09;ascript:alert(1)"',
    ' href=//b.example',
  ],
  ...[
    ' href="#part" title="T"',
    ' src=/i.png',
    ' src="data:text/html,<script>alert(1)</script>"',
    ' alt="A  b"',
    ' rel=noopener',
  ],
  ...[
    ' src="https://www.youtube.com/embed/x"',
    ' src="//player.vimeo.com/video/1"',
    ' srcdoc="<script>alert(1)</script>"',
  ],
  ...[
    ' onload=alert(1)',
    ' onerror="alert(1)"',
    ' style="font-weight:bold"',
    ' style="text-align:right;display:block"',
  ],
  ...[
    ' style="font-weight:normal;font-style:italic"',
    ' style="display:none"',
    ' hidden',
    ' class="language-js credit"',
  ],
  ...[
    ' data-key="k1"',
    ' data-key="k2"',
    ' data-key="not a key"',
    ' colspan=3',
    ' rowspan=2',
    ' width=1 height=1',
    ' align=center',
  ],
)
const text = fc.constantFrom(
  ...[
    'word',
    ' ',
    '  two  words ',
    '\n',
    '\n\n',
    '\t',
    '\r\n',
    '&#13;',
    '&nbsp;',
    '&lt;b&gt;',
    '&amp;',
    '&copy',
    '<',
    '>',
    '"',
    "'",
  ],
  ...[
    'e&#x301;',
    '漢字',
    '&#8203;',
    '&#0;',
    '&#xD800;',
    'https://a.example/x',
    '<!-- x -->',
    '<![CDATA[x]]>',
    '<?x?>',
    '</',
    '&#1;',
  ],
)
const tag = fc
  .tuple(fc.constantFrom(...names), attributes, attributes, fc.nat(3))
  .map(([name, one, other, kind]) => (kind === 0 ? `</${name}>` : `<${name}${one}${other}>`))

/** HTML of the kinds that browsers repair: tags in any order, closed or not, with attributes of any kind. */
export const htmlSoup: fc.Arbitrary<string> = fc
  .array(fc.oneof(tag, tag, text), { maxLength: 40 })
  .map((parts) => parts.join(''))

const markdownPart = fc.constantFrom(
  ...[
    '# ',
    '## ',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '  ',
    '    ',
    '\t',
    '```\n',
    '~~~js\n',
    '---\n',
    '===\n',
    '***',
    '**',
    '*',
    '_',
    '__',
  ],
  ...[
    '~~',
    '`',
    '``',
    '[',
    ']',
    '](',
    ')',
    '![',
    '[x](javascript:alert(1))',
    '![x](data:image/png;base64,x)',
    '<https://a.example/>',
  ],
  ...[
    '[a]: https://a.example "T"\n',
    '[a]',
    '|',
    '|a|b|\n|-|:-:|\n|1|2|\n',
    '\\',
    '&copy;',
    '&#x1F600;',
    'word',
    ' two words ',
    '漢字',
  ],
  ...[
    '<b>',
    '</b>',
    '<script>',
    '</script>',
    '<title>',
    '<div>\n',
    '</div>\n',
    '<!--',
    '-->',
    '<img src=x onerror=alert(1)>',
    '  \n',
  ],
  ...[
    'https://a.example/b_c_d',
    'a@b.example',
    'javascript:alert(1)',
    '"',
    "'",
    ':',
    '<a href="javascript:alert(1)">x</a>',
  ],
)

/** Markdown with all of its marks in any order. */
export const markdownSoup: fc.Arbitrary<string> = fc
  .array(markdownPart, { maxLength: 30 })
  .map((parts) => parts.join(''))
