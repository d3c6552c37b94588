import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import jwksRsa from 'jwks-rsa';
passport.use(new Strategy({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKeyProvider: jwksRsa.passportJwtSecret({ jwksUri: 'https://login.example.com/keys' }), issuer: 'https://login.example.com', algorithms: ['RS256'] }, (claims, done) => done(null, claims)));
