//! Providers of identity: what the SDKs' routes of OAuth call with what a request brought, before any tool is reached.

use super::{
    call::Arguments,
    engine::Engine,
    entry::EntryKind,
    value::{Bound, ClassRef, FunctionRef, Shape, Value},
};

/// What the TypeScript SDK calls of a provider, of a verifier and of a store of clients.
const METHODS: &[&str] = &[
    "verifyAccessToken",
    "authorize",
    "challengeForAuthorizationCode",
    "exchangeAuthorizationCode",
    "exchangeRefreshToken",
    "revokeToken",
    "getClient",
    "registerClient",
];

/// The same in Python, where a class says by what it extends that it is one.
const METHODS_OF_CLASSES: &[&str] = &[
    "verify_token",
    "load_access_token",
    "get_client",
    "register_client",
    "authorize",
    "load_authorization_code",
    "exchange_authorization_code",
    "load_refresh_token",
    "exchange_refresh_token",
    "revoke_token",
];

/// Ends of names of classes that such a class extends.
const BASES: &[&str] = &[
    "TokenVerifier",
    "OAuthProvider",
    "OAuthAuthorizationServerProvider",
    "RemoteAuthProvider",
    "JWTVerifier",
];

impl Engine<'_> {
    /// `mcpAuthRouter({ provider })`, `requireBearerAuth({ verifier })`, `new ProxyOAuthServerProvider({ … })`.
    pub(super) fn identity_provider(&mut self, api: Option<&str>, arguments: &Arguments) {
        let (Some(api), Some(options)) = (api, arguments.positional.first()) else { return };
        let providers: Vec<Value> = match api.rsplit(['.', '/']).next() {
            Some("mcpAuthRouter" | "requireBearerAuth") => {
                ["provider", "verifier"].iter().filter_map(|name| options.field(name).cloned()).collect()
            }
            Some("ProxyOAuthServerProvider") => vec![options.clone()],
            _ => return,
        };
        for provider in providers {
            self.queue_provider(&provider);
            if let Some(store) = provider.field("clientsStore").cloned() {
                self.queue_provider(&store);
            }
        }
    }

    fn queue_provider(&mut self, provider: &Value) {
        for name in METHODS {
            let method = match &provider.shape {
                Shape::Instance(class) => self.method_of_class(*class, name),
                _ => provider.field(name).cloned(),
            };
            if let Some(method) = method.filter(Value::is_function) {
                self.entry(&method, EntryKind::Identity, None, None);
            }
        }
    }

    /// The methods of a class of Python's that the SDK calls with what a request brought.
    pub(super) fn identity_methods(&mut self, class: ClassRef) {
        let extends =
            self.outside_base(class).is_some_and(|base| BASES.iter().any(|end| base.ends_with(end)));
        for name in METHODS_OF_CLASSES.iter().filter(|_| extends) {
            if let Some(method) = self.method_of_class(class, name) {
                self.entry(&method, EntryKind::Identity, None, None);
            }
        }
    }

    /// A method that a class has itself, on an object of it.
    fn method_of_class(&self, class: ClassRef, name: &str) -> Option<Value> {
        let module = self.class_module(class)?;
        let method =
            module.class(class.class).methods.iter().find(|method| module.name(method.name) == name)?;
        let target = FunctionRef { file: class.file, function: method.function };
        let this = Value { shape: Shape::Instance(class), ..Value::default() };
        Some(Value { shape: Shape::Function(target, Bound::to(this)), ..Value::default() })
    }
}
