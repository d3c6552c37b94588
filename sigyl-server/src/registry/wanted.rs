//! What lists and searches are asked, and what they answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    listings::{NARROW, SECRETS_MAX, workspace_term},
    terms::{Ask, facet},
};
use crate::{clock::Timestamp, http::ApiError, id::WorkspaceId};

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    /// Downloaded most often first.
    #[default]
    Popular,
    /// Downloaded most often within a week first.
    Trending,
    /// Newest servers first.
    New,
    /// Newest versions first.
    Updated,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Pairs of what and its value.
    pub(super) facets: Vec<(&'static str, String)>,
    pub(super) owner: Option<WorkspaceId>,
    pub(super) secrets_max: Option<i64>,
}

impl Wanted {
    /// Narrows it.
    pub(crate) fn with(&mut self, kind: &'static str, value: Option<&String>) {
        self.facets.extend(value.map(|value| (kind, value.clone())));
    }

    /// Narrows it to a workspace.
    pub(crate) fn of(&mut self, owner: WorkspaceId) {
        self.owner = Some(owner);
    }

    /// Narrows it to servers that require so many secrets at most.
    pub(crate) fn secrets_at_most(&mut self, most: i64) {
        self.secrets_max = Some(most.clamp(0, SECRETS_MAX));
    }

    pub(super) fn is_none(&self) -> bool {
        self.facets.is_empty() && self.owner.is_none() && self.secrets_max.is_none()
    }

    pub(super) fn ask(&self) -> Vec<Ask> {
        let mut asks =
            self.facets.iter().map(|(kind, value)| Ask::Is(facet(kind, value))).collect::<Vec<_>>();
        asks.extend(self.owner.iter().map(|owner| Ask::Is(workspace_term(owner.as_str()))));
        if let Some(most) = self.secrets_max.filter(|most| *most < SECRETS_MAX) {
            let numbers = (0..=most).map(|number| Ask::Is(facet("secrets", &number.to_string())));
            asks.push(Ask::Any(numbers.collect()));
        }
        asks
    }

    /// Whether it asks only for what every server has one of.
    pub(super) fn is_narrow(&self) -> bool {
        self.facets.iter().all(|(kind, _)| NARROW.contains(kind))
    }

    /// Patterns, one for each filter that there may be: for the column of what every server has one of, and for the
    /// column of all facets, of which nothing is asked where the first is empty.
    pub(super) fn patterns(&self) -> ([String; 4], [String; 3]) {
        let (narrow, others): (Vec<_>, Vec<_>) =
            self.facets.iter().partition(|(kind, _)| NARROW.contains(kind));
        let pattern = |of: Option<&&(&str, String)>| {
            of.map_or("%".to_owned(), |(kind, value)| format!("% {} %", facet(kind, value)))
        };
        let mut wide = std::array::from_fn(|at| pattern(others.get(at)));
        if others.is_empty() {
            wide[0].clear();
        }
        (std::array::from_fn(|at| pattern(narrow.get(at))), wide)
    }
}

/// A server in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Listing {
    /// Its name, `NAMESPACE/NAME`.
    pub(crate) name: String,
    /// Its latest version.
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Slug of the workspace that publishes it.
    pub(crate) owner: String,
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    /// `node`, `python`, `go`, `rust`, `container`, `remote` and so on.
    pub(crate) runtime: String,
    /// `safe`, `warning`, `blocked` or `unscanned`.
    pub(crate) verdict: String,
    pub(crate) tool_count: i64,
    /// How many secrets it requires.
    pub(crate) required_secret_count: i64,
    /// Whether everybody sees it.
    pub(crate) is_open: bool,
    pub(crate) downloads: i64,
    /// Downloads of the last seven days.
    pub(crate) recent_downloads: i64,
    /// The mean of its ratings, from 1 to 5.
    pub(crate) rating: Option<f64>,
    pub(crate) rating_count: i64,
    pub(crate) created_at: Timestamp,
    /// When the latest version was published.
    pub(crate) published_at: Timestamp,
    /// How well it fits a search: `exact`, `prefix`, `title`, `text` or `tools`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) matched: Option<&'static str>,
    #[serde(skip)]
    pub(super) place: Place,
}

impl Listing {
    /// Where a page goes on that ends with it.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(super) tier: usize,
    pub(super) key: i64,
    pub(super) number: i64,
}

impl Place {
    /// Before everything.
    pub(crate) const START: Self = Self { tier: 0, key: i64::MAX, number: i64::MAX };
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) number: i64,
    pub(super) key: i64,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) owner: String,
    pub(super) category: String,
    pub(super) tags: String,
    pub(super) runtime: String,
    pub(super) verdict: String,
    pub(super) tool_count: i64,
    pub(super) secret_count: i64,
    pub(super) is_open: bool,
    pub(super) downloads: i64,
    pub(super) trend: i64,
    pub(super) rating_sum: i64,
    pub(super) rating_count: i64,
    pub(super) created_at: Timestamp,
    pub(super) published_at: Timestamp,
}

impl Row {
    pub(super) fn shown(self, tier: usize, matched: Option<&'static str>) -> Result<Listing, ApiError> {
        #[expect(clippy::cast_precision_loss, reason = "nobody has so many ratings")]
        let rating = (self.rating_count > 0).then(|| self.rating_sum as f64 / self.rating_count as f64);
        Ok(Listing {
            tags: super::facts::read(&self.tags)?,
            rating: rating.map(|rating| (rating * 100.0).round() / 100.0),
            name: self.name,
            version: self.version,
            title: self.title,
            description: self.description,
            owner: self.owner,
            category: self.category,
            runtime: self.runtime,
            verdict: self.verdict,
            tool_count: self.tool_count,
            required_secret_count: self.secret_count,
            is_open: self.is_open,
            downloads: self.downloads,
            recent_downloads: self.trend,
            rating_count: self.rating_count,
            created_at: self.created_at,
            published_at: self.published_at,
            matched,
            place: Place { tier, key: self.key, number: self.number },
        })
    }
}
