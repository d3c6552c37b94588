import express from 'express';
import session from 'express-session';
const app = express();
app.use(session({ secret: process.env.KEY!, resave: false, saveUninitialized: true }));
