const javascript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

/** What the page of the docs takes of Swagger UI, with its media types. The build copies these files. */
export const swaggerUiFiles: Readonly<Record<string, string>> = {
  'swagger-ui-bundle.js': javascript,
  'swagger-ui.css': css,
  'index.css': css,
  'favicon-32x32.png': 'image/png',
}

/** What starts it. */
export const startFile = {
  name: 'start.js',
  type: javascript,
  text: `SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: '/openapi.json',
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  validatorUrl: null,
})
`,
}
