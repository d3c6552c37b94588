//! Traces of requests and of work, for a collector of OpenTelemetry, where the operator names one.
//!
//! A span says which endpoint answered or which kind of work was done, how long it took and how it ended: never a path, a
//! query, a header or a body, where credentials stand. Nothing waits for the collector. What it does not take in time is
//! counted as lost.

mod encode;
mod export;
mod span;

pub(crate) use export::Exporter;
pub(crate) use span::{Ended, Kind, Parent, Traces, Value, child, note};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, Timestamp};

    fn traces(sample_percent: u32) -> Traces {
        Traces::to(
            Exporter::new("http://127.0.0.1:1".to_owned(), Vec::new()).unwrap(),
            sample_percent,
            Clock::set(Timestamp(1_000)),
        )
    }

    async fn one(traces: &Traces, parent: Option<Parent>) {
        traces
            .within(Kind::Server, parent, Box::pin(async { note("key", "value") }), |()| {
                Ended::new("a request")
            })
            .await;
    }

    #[tokio::test]
    async fn what_is_beyond_the_queue_is_lost_and_counted() {
        let traces = traces(100);
        for _ in 0..5_000 {
            one(&traces, None).await;
        }
        assert_eq!(traces.counted(), Some((0, 5_000 - 4_096)));
        // Nobody answers: after some rounds the oldest are given up.
        for _ in 0..8 {
            traces.export().await;
        }
        let (sent, lost) = traces.counted().unwrap();
        assert_eq!(sent, 0);
        assert!(lost >= 5_000 - 4_096 + 512, "{lost}");
    }

    #[tokio::test]
    async fn a_share_is_traced_and_what_the_caller_decided_stands() {
        let none = traces(0);
        let parent =
            |flags: &str| Parent::read(&format!("00-{}-{}-{flags}", "ab".repeat(16), "cd".repeat(8)));
        for _ in 0..50 {
            one(&none, None).await;
        }
        one(&none, parent("00")).await;
        assert_eq!(none.waiting(), 0);
        one(&none, parent("01")).await;
        assert_eq!(none.waiting(), 1);
        let all = traces(100);
        one(&all, parent("00")).await;
        assert_eq!(all.waiting(), 0);
        one(&all, None).await;
        assert_eq!(all.waiting(), 1);
        // Nothing is noted where nothing is traced.
        note("key", "value");
        assert_eq!(child("x", Box::pin(async { Ok::<_, ()>(7) }), |_| Vec::new()).await, Ok(7));
    }

    #[test]
    fn parents_are_of_the_form_of_the_specification() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        assert!(Parent::read(&format!("00-{trace}-{span}-01")).is_some());
        assert!(Parent::read(&format!("cc-{trace}-{span}-01-more")).is_some());
        let nothing = "0".repeat(32);
        for text in [
            String::new(),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{nothing}-{span}-01"),
            format!("00-{trace}-{}-01", &nothing[..16]),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{trace}-{span}-é"),
            "é".repeat(60),
        ] {
            assert!(Parent::read(&text).is_none(), "{text}");
        }
    }
}
