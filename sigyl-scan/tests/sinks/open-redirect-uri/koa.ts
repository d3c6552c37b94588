import Koa from 'koa';
const app = new Koa();
app.use((ctx) => ctx.redirect(ctx.query.redirect_uri as string));
