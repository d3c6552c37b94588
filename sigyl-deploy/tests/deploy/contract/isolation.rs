//! What a server cannot reach.

use serde_json::json;
use tokio::net::TcpListener;

use super::{Place, call, deploy, spec};

/// Neither the metadata address, nor another server, nor this machine, nor the internet: only listed names, by the proxy.
pub(crate) async fn reaches_nothing_but_its_names(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let can = backend.capabilities();
    assert!(can.egress_by_name && can.isolates == place.isolates(), "{:?}", can.not_isolated);
    // A service of this machine, at all of its addresses.
    let service = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = service.local_addr().unwrap().port();
    tokio::spawn(async move { while service.accept().await.is_ok() {} });

    let other = spec(place, &format!("{name}-other"), 1).await;
    let (other_handle, _) = deploy(&*backend, &other).await;
    let other_origin = backend.upstream(&other, &other_handle).await.unwrap().origin;
    let (other_host, other_port) = other_origin.trim_start_matches("http://").rsplit_once(':').unwrap();

    let mut spec = spec(place, name, 1).await;
    let listed = place.listed(port);
    let (listed_host, _) = listed.rsplit_once(':').unwrap();
    spec.egress = vec![listed.clone()];
    let (handle, endpoint) = deploy(&*backend, &spec).await;
    let own = backend.upstream(&spec, &handle).await.unwrap().origin;
    let own = own.trim_start_matches("http://").rsplit_once(':').unwrap().0.to_owned();
    let mut targets = vec![
        ("169.254.169.254".to_owned(), "80".to_owned()),
        ("1.1.1.1".to_owned(), "443".to_owned()),
        ("127.0.0.1".to_owned(), port.to_string()),
        (other_host.to_owned(), other_port.to_owned()),
    ];
    // This machine, by each address at which the service listens.
    let addresses = std::process::Command::new("hostname").arg("-I").output().unwrap();
    let addresses = String::from_utf8(addresses.stdout).unwrap();
    let own_addresses: Vec<_> =
        addresses.split_whitespace().filter(|address| !address.contains(':')).collect();
    assert!(!own_addresses.is_empty());
    targets.extend(own_addresses.iter().map(|address| ((*address).to_owned(), port.to_string())));
    for (host, port) in targets {
        // It listens, so what keeps the server from it is not that nobody is there.
        let found =
            call(&endpoint, "reach", json!({"host": host, "port": port.parse::<u16>().unwrap()})).await;
        let found = found.unwrap();
        assert!(!["open"].contains(&found.as_str()), "{own} reaches {host}:{port}: {found}");
    }
    let name_found =
        call(&endpoint, "reach", json!({"host": "registry.npmjs.org", "port": 443})).await.unwrap();
    assert!(
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "timeout"].contains(&name_found.as_str()),
        "{name_found}"
    );

    let tunnel = async |target: String| call(&endpoint, "tunnel", json!({ "target": target })).await.unwrap();
    assert_eq!(tunnel(listed.clone()).await, "200");
    assert_eq!(tunnel(format!("{listed_host}:1")).await, "403");
    assert_eq!(tunnel("other.example:443".to_owned()).await, "403");
    // Addresses are no names.
    assert_eq!(tunnel(format!("127.0.0.1:{port}")).await, "403");

    backend.delete(&spec.id).await.unwrap();
    backend.delete(&other.id).await.unwrap();
}
