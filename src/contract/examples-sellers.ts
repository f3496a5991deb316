/** Examples of sellers, and of the files that tell of them. */

const made = {
  version: 1,
  createdAt: '2024-01-09T07:12:00.000Z',
  updatedAt: '2024-01-09T07:12:00.000Z',
}

export const newAccountExample = {
  kind: 'account',
  domain: 'exchange.example',
  accountId: 'pub-1234567890',
  relationship: 'DIRECT',
  certificationAuthorityId: 'f08c47fec0942fa0',
}

export const exampleAccount = {
  id: '018ced2a-4000-7000-8000-00000000f401',
  kind: 'account',
  files: ['ads.txt', 'app-ads.txt'],
  position: 2,
  domain: 'exchange.example',
  accountId: 'pub-1234567890',
  relationship: 'DIRECT',
  certificationAuthorityId: 'f08c47fec0942fa0',
  extension: null,
  comment: null,
  commentAbove: 'Display',
  ...made,
}

export const exampleOwner = {
  id: '018ced2a-4000-7000-8000-00000000f402',
  kind: 'variable',
  files: ['ads.txt'],
  position: 1,
  variable: 'OWNERDOMAIN',
  value: 'publisher.example',
  country: null,
  comment: null,
  commentAbove: null,
  ...made,
}

export const exampleJsonSeller = {
  id: '018ced2a-4000-7000-8000-00000000f403',
  kind: 'seller',
  position: 1,
  sellerId: '1942009976',
  sellerType: 'PUBLISHER',
  name: 'The Harbour News',
  domain: 'harbour.example',
  isConfidential: false,
  isPassthrough: false,
  comment: null,
  ext: null,
  ...made,
}

export const exampleJsonHeader = {
  id: '018ced2a-4000-7000-8000-00000000f404',
  kind: 'header',
  position: 1,
  contactEmail: 'adops@publisher.example',
  contactAddress: null,
  identifiers: [{ name: 'TAG-ID', value: '28cb65e5bbc0bd5f' }],
  ext: null,
  ...made,
}

export const exampleAdsTxt = `OWNERDOMAIN=publisher.example

# Display
exchange.example, pub-1234567890, DIRECT, f08c47fec0942fa0
`

export const exampleSellersJson = {
  contact_email: 'adops@publisher.example',
  version: '1.0',
  identifiers: [{ name: 'TAG-ID', value: '28cb65e5bbc0bd5f' }],
  sellers: [
    {
      seller_id: '1942009976',
      name: 'The Harbour News',
      domain: 'harbour.example',
      seller_type: 'PUBLISHER',
    },
  ],
}
