//! Lists and searches for people.
//!
//! Nothing here costs more the more servers there are. A list walks the index of its order, and filters that many servers
//! pass are tried along it; where few pass, those are found by their terms and sorted. A search goes tier by tier, exact
//! names first and whole words before beginnings, and looks at the newest [`CANDIDATES_MAX`] servers of each. What is
//! looked at stands in indexes: whole rows are read for the page alone.

#[macro_use]
mod sql;

use super::{
    Reader,
    listings::{SECRETS_MAX, hidden_term, private_term, private_to_term, workspace_term},
    terms::{Ask, Field, all_in, question},
    wanted::{Listing, Order, Place, Row, Wanted},
};
use crate::{
    db::{Connection, DbError, Engine, Link, fetch_all, fetch_one, fetch_optional},
    http::ApiError,
    id::WorkspaceId,
};

/// Servers of a tier that a search ranks.
const CANDIDATES_MAX: i64 = 500;

/// Fewest servers that pass a filter for it to be tried along an index: below, all of them are sorted.
const MANY: i64 = 500;

/// Servers of an index in which a page is looked for before it is known whether few pass a filter. Fifty times a page.
const WALK_MAX: i64 = 1_500;

/// Workspaces of a caller whose own servers are found.
const WORKSPACES_MAX: i64 = 50;

/// Fewest letters of a name's beginning.
const PREFIX_CHARS_MIN: usize = 2;

pub(super) fn engine(connection: &mut Connection) -> Engine {
    match connection.link() {
        Link::Sqlite(_) => Engine::Sqlite,
        Link::Postgres(_) => Engine::Postgres,
    }
}

/// What a reader may not see: what is hidden, and not the reader's own.
async fn unseen(connection: &mut Connection, reader: &Reader) -> Result<Ask, DbError> {
    let mut own = Vec::new();
    if !reader.workspace.is_empty() {
        let administers: Vec<(String,)> = fetch_all!(
            connection,
            "SELECT user_id FROM members WHERE workspace_id = $1 AND user_id = $2 AND role IN ('admin', 'owner')",
            &reader.workspace,
            &reader.me
        )?;
        let sees_all = reader.is_itself() || !administers.is_empty();
        own_of(&reader.workspace, &reader.me, sees_all, &mut own);
    }
    if !reader.user.is_empty() {
        let rows: Vec<(String, String)> = fetch_all!(
            connection,
            "SELECT workspace_id, role FROM members WHERE user_id = $1 ORDER BY joined_at LIMIT $2",
            &reader.user,
            WORKSPACES_MAX
        )?;
        for (id, role) in &rows {
            own_of(id, &reader.me, matches!(role.as_str(), "admin" | "owner"), &mut own);
        }
    }
    let hidden = Ask::Is(hidden_term());
    Ok(if own.is_empty() { hidden } else { hidden.without(Ask::Any(own)) })
}

/// What somebody sees of a workspace of theirs.
fn own_of(workspace: &str, me: &str, sees_all: bool, asks: &mut Vec<Ask>) {
    let all = Ask::Is(workspace_term(workspace));
    if sees_all {
        asks.push(all);
        return;
    }
    if !me.is_empty() {
        asks.push(Ask::All(vec![all.clone(), Ask::Is(private_to_term(me))]));
    }
    asks.push(all.without(Ask::Is(private_term())));
}

/// A page of what a reader may see, in an order.
pub(crate) async fn listed(
    connection: &mut Connection,
    reader: &Reader,
    wanted: &Wanted,
    order: Order,
    place: &Place,
    limit: i64,
) -> Result<Vec<Listing>, ApiError> {
    let rows = if wanted.is_none() {
        along(connection, reader, wanted, order, place, limit).await?
    } else {
        match nearby(connection, reader, wanted, order, place, limit).await? {
            Some(page) => page,
            None => filtered(connection, reader, wanted, order, place, limit).await?,
        }
    };
    rows.into_iter().map(|row| row.shown(0, None)).collect()
}

/// A whole page, where the next servers of an order have one that passes filters which the order's index can tell.
async fn nearby(
    connection: &mut Connection,
    reader: &Reader,
    wanted: &Wanted,
    order: Order,
    place: &Place,
    limit: i64,
) -> Result<Option<Vec<Row>>, DbError> {
    if !wanted.is_narrow() {
        return Ok(None);
    }
    let ([a, b, c, d], _) = &wanted.patterns();
    let (most, owner) = (most_secrets(wanted), owner_of(wanted));
    let sql = by_order!(order, near_ones);
    let rows: Vec<Row> =
        fetch_all!(connection, sql, place.key, place.number, limit, most, owner, a, b, c, d, true, WALK_MAX)?;
    if rows.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    with_own(connection, reader, wanted, order, place, limit, rows).await.map(Some)
}

/// Few are sorted, many are tried along the index.
async fn filtered(
    connection: &mut Connection,
    reader: &Reader,
    wanted: &Wanted,
    order: Order,
    place: &Place,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    let unseen = unseen(connection, reader).await?;
    let ask = Ask::All(wanted.ask()).without(unseen).to(engine(connection));
    match count(connection, &ask, MANY).await? <= MANY {
        true => among(connection, reader, &ask, order, place, (MANY, limit)).await,
        false => along(connection, reader, wanted, order, place, limit).await,
    }
}

/// How many fit, up to one more than many.
async fn count(connection: &mut Connection, ask: &str, many: i64) -> Result<i64, DbError> {
    let sql = match engine(connection) {
        Engine::Sqlite => {
            "SELECT COUNT(*) FROM (SELECT rowid FROM listing_terms WHERE listing_terms MATCH $1 LIMIT $2)"
        }
        Engine::Postgres => {
            "SELECT COUNT(*) FROM (SELECT number FROM listings WHERE terms_vector @@ CAST($1 AS tsquery) LIMIT $2)
             AS many"
        }
    };
    let (count,): (i64,) = fetch_one!(connection, sql, ask, many + 1)?;
    Ok(count)
}

/// The numbers of what fits, up to so many.
pub(super) async fn numbers(connection: &mut Connection, ask: &str, most: i64) -> Result<Vec<i64>, DbError> {
    let sql = match engine(connection) {
        Engine::Sqlite => "SELECT rowid FROM listing_terms WHERE listing_terms MATCH $1 LIMIT $2",
        Engine::Postgres => "SELECT number FROM listings WHERE terms_vector @@ CAST($1 AS tsquery) LIMIT $2",
    };
    let rows: Vec<(i64,)> = fetch_all!(connection, sql, ask, most)?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Of the newest that fit, sorted.
async fn among(
    connection: &mut Connection,
    reader: &Reader,
    ask: &str,
    order: Order,
    place: &Place,
    (of, limit): (i64, i64),
) -> Result<Vec<Row>, DbError> {
    let sql = match engine(connection) {
        Engine::Sqlite => by_order!(order, among_sqlite),
        Engine::Postgres => by_order!(order, among_postgres),
    };
    let (user, own, me) = (&reader.user, &reader.workspace, &reader.me);
    fetch_all!(connection, sql, place.key, place.number, limit, ask, of, i64::MIN, true, user, own, me)
}

/// Along the index of an order, what everybody sees, and beside it what is the caller's own.
async fn along(
    connection: &mut Connection,
    reader: &Reader,
    wanted: &Wanted,
    order: Order,
    place: &Place,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    let ([a, b, c, d], [e, f, g]) = &wanted.patterns();
    let (most, owner) = (most_secrets(wanted), owner_of(wanted));
    let sql = match wanted.is_narrow() {
        true => by_order!(order, open_ones),
        false => by_order!(order, open_ones_by_all),
    };
    let (key, number) = (place.key, place.number);
    let rows: Vec<Row> =
        fetch_all!(connection, sql, key, number, limit, most, owner, a, b, c, d, e, f, g, true)?;
    with_own(connection, reader, wanted, order, place, limit, rows).await
}

/// The next of an order that everybody sees, with those between them that are the caller's own.
async fn with_own(
    connection: &mut Connection,
    reader: &Reader,
    wanted: &Wanted,
    order: Order,
    place: &Place,
    limit: i64,
    mut rows: Vec<Row>,
) -> Result<Vec<Row>, DbError> {
    if reader.user.is_empty() && reader.workspace.is_empty() {
        return Ok(rows);
    }
    let ([a, b, c, d], [e, f, g]) = &wanted.patterns();
    let (most, owner) = (most_secrets(wanted), owner_of(wanted));
    let sql = by_order!(order, own_ones);
    let (key, number) = (place.key, place.number);
    let (user, own, me) = (&reader.user, &reader.workspace, &reader.me);
    let own: Vec<Row> = fetch_all!(
        connection, sql, key, number, limit, most, owner, a, b, c, d, e, f, g, user, own, false, true, me
    )?;
    rows.extend(own);
    rows.sort_by_key(|row| std::cmp::Reverse((row.key, row.number)));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Secrets that may be needed at most.
fn most_secrets(wanted: &Wanted) -> i64 {
    wanted.secrets_max.filter(|most| *most < SECRETS_MAX).unwrap_or(i64::MAX)
}

/// The workspace that is asked for; empty for any.
fn owner_of(wanted: &Wanted) -> &str {
    wanted.owner.as_ref().map_or("", WorkspaceId::as_str)
}

/// What a tier of a search is called, and the fields that its words stand in, as beginnings or whole.
struct Tier {
    name: &'static str,
    fields: &'static [Field],
    is_beginning: bool,
}

const fn tier(name: &'static str, fields: &'static [Field], is_beginning: bool) -> Tier {
    Tier { name, fields, is_beginning }
}

const TITLE: &[Field] = &[Field::Name];
const TEXT: &[Field] = &[Field::Name, Field::About];
const TOOLS: &[Field] = &[Field::Anywhere];

/// The tiers of a search, best first.
const TIERS: [Tier; 8] = [
    tier("exact", &[], false),
    tier("prefix", &[], true),
    tier("title", TITLE, false),
    tier("title", TITLE, true),
    tier("text", TEXT, false),
    tier("text", TEXT, true),
    tier("tools", TOOLS, false),
    tier("tools", TOOLS, true),
];

/// The first tier that is asked only where something has the words at all.
const BEGINNINGS: usize = 3;

/// A page of what a reader may see and a text finds: exact names, beginnings of names, words of names and titles, words
/// of descriptions, words of tools and secrets; within each whole words before beginnings, and what was downloaded most
/// often first. Whoever asks for a server by its whole name, namespace and all, asks for no other words.
pub(crate) async fn found(
    connection: &mut Connection,
    reader: &Reader,
    text: &str,
    wanted: &Wanted,
    place: &Place,
    limit: i64,
) -> Result<Vec<Listing>, ApiError> {
    let words = question(text);
    let name = text.trim().to_lowercase();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let narrow = wanted.ask();
    let unseen = unseen(connection, reader).await?;
    let exactly = match name.contains('/') {
        true => named(connection, reader, 0, &name, wanted, &Place::START, 1).await?,
        false => Vec::new(),
    };
    let tiers = if exactly.is_empty() { &TIERS[..] } else { &TIERS[..2] };
    let mut listings: Vec<Listing> = Vec::new();
    for (tier, kind) in tiers.iter().enumerate().skip(place.tier) {
        let left = limit - i64::try_from(listings.len()).unwrap_or(limit);
        if left <= 0 {
            break;
        }
        // Past the words of titles there is often nothing: one question tells, where five tiers would ask two each.
        if tier > place.tier && tier == BEGINNINGS && !any(connection, &words, &narrow, &unseen).await? {
            break;
        }
        let start = Place { tier, ..Place::START };
        let from = if tier == place.tier { place } else { &start };
        let rows = match tier {
            0 | 1 => named(connection, reader, tier, &name, wanted, from, left).await?,
            _ => {
                let ask = in_tier(tier, &words, &narrow).without(unseen.clone()).to(engine(connection));
                worded(connection, reader, &ask, &name, from, left).await?
            }
        };
        for row in rows {
            listings.push(row.shown(tier, Some(kind.name))?);
        }
    }
    Ok(listings)
}

/// Whether anything may have the words, wherever they stand. Where the newest have them, that is said at once.
async fn any(
    connection: &mut Connection,
    words: &[String],
    narrow: &[Ask],
    unseen: &Ask,
) -> Result<bool, DbError> {
    let mut asks = narrow.to_vec();
    asks.push(all_in(words, &[Field::Anywhere], true));
    let ask = Ask::All(asks).without(unseen.clone()).to(engine(connection));
    if engine(connection) == Engine::Postgres && of_newest(connection, &ask).await? > 0 {
        return Ok(true);
    }
    Ok(count(connection, &ask, 0).await? > 0)
}

/// What a tier asks the index: the words in its fields, and not in those of the tiers before.
fn in_tier(tier: usize, words: &[String], narrow: &[Ask]) -> Ask {
    let at = |tier: &Tier| all_in(words, tier.fields, tier.is_beginning);
    let mut asks = narrow.to_vec();
    asks.push(at(&TIERS[tier]));
    let all = Ask::All(asks);
    // A tier of beginnings has everything that the tiers before it have.
    let before = match tier {
        ..=2 => return all,
        _ if !TIERS[tier].is_beginning => vec![at(&TIERS[tier - 1])],
        3 => vec![at(&TIERS[tier - 1])],
        _ => vec![at(&TIERS[tier - 1]), at(&TIERS[tier - 2])],
    };
    all.without(Ask::Any(before))
}

/// Servers with this name, or with a name that begins so.
async fn named(
    connection: &mut Connection,
    reader: &Reader,
    tier: usize,
    name: &str,
    wanted: &Wanted,
    place: &Place,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    if tier == 1 && name.chars().count() < PREFIX_CHARS_MIN {
        return Ok(Vec::new());
    }
    let ([a, b, c, d], [e, f, g]) = &wanted.patterns();
    let (most, owner) = (most_secrets(wanted), owner_of(wanted));
    let (key, number, user, own) = (place.key, place.number, &reader.user, &reader.workspace);
    if tier == 0 {
        return fetch_all!(
            connection,
            select!(
                "downloads",
                concat!(
                    "WHERE (folded_name = $16 OR short_name = $16) AND",
                    own_or_open!("$15", "$13", "$14", "$17"),
                    "AND",
                    after!("downloads"),
                    "AND",
                    filters!()
                )
            ),
            key,
            number,
            limit,
            most,
            owner,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            user,
            own,
            true,
            name,
            &reader.me
        );
    }
    fetch_all!(
        connection,
        select!(
            "downloads",
            concat!(
                "WHERE listings.number IN (
                     SELECT listings.number FROM (
                         SELECT number, downloads FROM listings
                         WHERE short_name > $16 AND short_name < $17 AND folded_name <> $16 AND",
                own_or_open!("$15", "$13", "$14", "$19"),
                "AND",
                filters!(),
                "ORDER BY short_name LIMIT $18) AS listings WHERE",
                after!("downloads"),
                "ORDER BY downloads DESC, number DESC LIMIT $3)"
            )
        ),
        key,
        number,
        limit,
        most,
        owner,
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        user,
        own,
        true,
        name,
        end_of(name),
        CANDIDATES_MAX,
        &reader.me
    )
}

/// After everything that begins so.
fn end_of(name: &str) -> String {
    format!("{name}\u{10ffff}")
}

/// Of this many newest servers it is counted how many fit.
const SAMPLE: i64 = 200;

/// Fewest of the sample that fit for it to tell where to begin: where fewer do, that lies so far back that finding it costs
/// more than reading all that fit.
const SAMPLE_MIN: i64 = 5;

/// How many of the newest fit.
async fn of_newest(connection: &mut Connection, ask: &str) -> Result<i64, DbError> {
    let (fitting,): (i64,) = fetch_one!(
        connection,
        "SELECT COUNT(*) FROM (SELECT terms_vector @@ CAST($1 AS tsquery) AS fits FROM listings
                               ORDER BY number DESC LIMIT $2) AS newest WHERE fits",
        ask,
        SAMPLE
    )?;
    Ok(fitting)
}

/// From which number on there are twice as many servers that fit as are looked at, as the newest tell; none where few fit.
/// PostgreSQL reads each server that fits before it knows which of them are the newest, and many may fit.
async fn recent(connection: &mut Connection, ask: &str) -> Result<Option<i64>, DbError> {
    if engine(connection) == Engine::Sqlite {
        return Ok(None);
    }
    let fitting = of_newest(connection, ask).await?;
    if fitting < SAMPLE_MIN {
        return Ok(None);
    }
    let from: Option<(i64,)> = fetch_optional!(
        connection,
        "SELECT number FROM listings ORDER BY number DESC LIMIT 1 OFFSET $1",
        2 * CANDIDATES_MAX * SAMPLE / fitting
    )?;
    Ok(from.map(|(number,)| number))
}

/// Servers whose words fit and that no tier of names had.
async fn worded(
    connection: &mut Connection,
    reader: &Reader,
    ask: &str,
    name: &str,
    place: &Place,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    let end = if name.chars().count() < PREFIX_CHARS_MIN { String::new() } else { end_of(name) };
    let (key, number) = (place.key, place.number);
    let (user, own, me) = (&reader.user, &reader.workspace, &reader.me);
    if let Some(from) = recent(connection, ask).await? {
        let sql = unnamed!("", newest_postgres!("$8"));
        let rows: Vec<Row> = fetch_all!(
            connection,
            sql,
            key,
            number,
            limit,
            ask,
            CANDIDATES_MAX,
            name,
            &end,
            from,
            true,
            user,
            own,
            me
        )?;
        // What came before the newest is looked at where they do not fill the page.
        if i64::try_from(rows.len()).unwrap_or(limit) >= limit {
            return Ok(rows);
        }
    }
    let sql = match engine(connection) {
        Engine::Sqlite => unnamed!("INDEXED BY listings_ranked", newest_sqlite!()),
        Engine::Postgres => unnamed!("", newest_postgres!()),
    };
    fetch_all!(
        connection,
        sql,
        key,
        number,
        limit,
        ask,
        CANDIDATES_MAX,
        name,
        end,
        i64::MIN,
        true,
        user,
        own,
        me
    )
}
