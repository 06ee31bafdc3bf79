// Every order carries the token of the page it comes from: htmx requests as a header, forms that came by the stream
// (whose bytes are the same for every reader) in their own field.
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? '';

document.addEventListener('htmx:config:request', (event) => {
  event.detail.ctx.request.headers['x-csrf-token'] = token;
});

document.addEventListener('submit', (event) => {
  const field = event.target.elements._csrf;
  if (field) field.value = token;
});
