//! What the bare server does, in Rust: axum on rustls, in one thread. It deserializes only the fields that a decision
//! needs, and sends a constant response, as long as the injector's.
#![allow(dead_code)] // the response does not depend on most of what is deserialized

use std::{collections::HashMap, env, error::Error, net::SocketAddr};

use axum::{Json, Router, body::Bytes, http::StatusCode, routing::post};
use axum_server::tls_rustls::RustlsConfig;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct ReviewRequest {
    request: Request,
}

#[derive(Deserialize)]
struct Request {
    uid: String,
    object: Pod,
}

#[derive(Deserialize)]
struct Pod {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    labels: HashMap<String, String>,
    #[serde(default)]
    annotations: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default)]
    host_network: bool,
    #[serde(default)]
    init_containers: Vec<Container>,
    containers: Vec<Container>,
    #[serde(default)]
    volumes: Vec<Named>,
}

#[derive(Deserialize)]
struct Container {
    name: String,
    #[serde(default)]
    ports: Vec<Port>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    container_port: u16,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewResponse {
    api_version: &'static str,
    kind: &'static str,
    response: Response,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    uid: String,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'static str>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let patch: &'static str = "x".repeat(env::var("BENCH_PATCH_LENGTH")?.parse()?).leak();
    let mutate = async move |body: Bytes| {
        let Ok(ReviewRequest { request }) = serde_json::from_slice(&body) else {
            return Err(StatusCode::BAD_REQUEST);
        };
        let Request { uid, object } = request;
        let is_skipped = object
            .metadata
            .annotations
            .contains_key("kubernetes.io/config.mirror");
        Ok(Json(ReviewResponse {
            api_version: "admission.k8s.io/v1",
            kind: "AdmissionReview",
            response: Response {
                uid,
                allowed: true,
                patch_type: (!is_skipped).then_some("JSONPatch"),
                patch: (!is_skipped).then_some(patch),
            },
        }))
    };
    let tls =
        RustlsConfig::from_pem_file(env::var("BENCH_CERTIFICATE")?, env::var("BENCH_KEY")?).await?;
    let webhook = SocketAddr::from(([127, 0, 0, 1], env::var("INJECTOR_WEBHOOK_PORT")?.parse()?));
    let server = axum_server::bind_rustls(webhook, tls).serve(
        Router::new()
            .route("/mutate", post(mutate))
            .into_make_service(),
    );
    // An open management port says that the server is ready.
    let _management = TcpListener::bind((
        "127.0.0.1",
        env::var("INJECTOR_MANAGEMENT_PORT")?.parse::<u16>()?,
    ))
    .await?;
    Ok(server.await?)
}
