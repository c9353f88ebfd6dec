// A function that does nothing: what Deno itself takes.
Deno.serve(() => new Response(null, { status: 204 }));
