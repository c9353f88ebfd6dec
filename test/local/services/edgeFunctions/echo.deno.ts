// A function that says what it was asked and what it knows.
const preloaded = (globalThis as { preloaded?: number }).preloaded ?? 0;

console.log('loaded');
Deno.serve(async (request) => {
  const { pathname, search } = new URL(request.url);
  if (pathname.endsWith('/throws')) throw new TypeError('no');
  if (pathname.endsWith('/never')) return new Promise<Response>(() => {});
  if (pathname.endsWith('/nothing')) return new Response(null, { status: 204, headers: { 'x-own': 'yes' } });
  const body = await request.text();
  const said = {
    method: request.method,
    path: pathname + search,
    body,
    token: request.headers.get('x-token'),
    env: Deno.env.toObject(),
    one: Deno.env.get('ONE'),
    preloaded,
  };
  return Response.json(said, { status: 201, headers: { 'x-own': 'yes' } });
});
