import Koa from 'koa';
const app = new Koa();
app.use(async (ctx) => { ctx.cookies.set('session_id', crypto.randomUUID(), { httpOnly: false }); });
