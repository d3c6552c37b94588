import Koa from 'koa';
import session from 'koa-session';
const app = new Koa();
app.use(session({ key: 'sess', httpOnly: false, secure: false }, app));
