import Koa from 'koa';
const app = new Koa();
app.use((ctx) => { ctx.type = 'html'; ctx.body = `<h1>${ctx.query.error}</h1>`; });
