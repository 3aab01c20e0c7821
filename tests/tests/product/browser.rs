//! As much of a browser as these tests need: cookies, the token of the last page, forms, fetches and uploads.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::server::Server;

/// A server that works answers sooner, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A clone is another tab: the same cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    url: String,
    /// The token in the last page that had one.
    pub token: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The values in the answer's result tables, in reading order.
    pub fn values(&self) -> Vec<String> {
        let cells = self.body.split("<td").skip(1).filter_map(|rest| rest.split_once('>'));
        cells.filter_map(|(_, rest)| Some(rest.split_once("</td>")?.0.trim().to_owned())).collect()
    }
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        let settings = Client::builder().cookie_store(true).redirect(Policy::none()).timeout(PATIENCE);
        let client = settings.build().expect("a client");
        Self { client, url: server.url.clone(), token: String::new() }
    }

    /// A browser in which that person of the sample class is signed in.
    pub async fn signed_in(server: &Server, login: &str) -> Self {
        let password = match login {
            "ines" => "instructor-demo",
            "ada" => "student-demo-1",
            "bela" => "student-demo-2",
            other => panic!("{other} is not in the sample class"),
        };
        let mut browser = Self::new(server);
        let answer = browser.sign_in(login, password).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        browser.get("/").await;
        browser
    }

    /// The same cookies at a server that was started again.
    pub fn at(self, server: &Server) -> Self {
        Self { url: server.url.clone(), ..self }
    }

    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("login", login), ("password", password)]).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = answer(self.client.get(self.address(path))).await;
        if let Some((_, rest)) = answer.body.split_once("name=\"csrf-token\" content=\"") {
            self.token = rest.split('"').next().unwrap_or_default().to_owned();
        }
        answer
    }

    /// What a script of the last page loads.
    pub async fn fetch_get(&self, path: &str) -> String {
        answer(self.client.get(self.address(path)).header("x-csrf-token", &self.token)).await.body
    }

    /// A stream of which only the head has been read.
    pub async fn open(&self, path: &str) -> Response {
        self.client.get(self.address(path)).send().await.expect("the server answers")
    }

    /// The bytes of a file.
    pub async fn download(&self, path: &str) -> Vec<u8> {
        let response = self.client.get(self.address(path)).send().await.expect("the server answers");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        response.bytes().await.expect("the whole file").to_vec()
    }

    /// A form of the last page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf_token", self.token.as_str())]).collect();
        answer(self.client.post(self.address(path)).form(&fields)).await
    }

    /// A form by a script of the last page: the answer is a fragment.
    pub async fn fetch(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.fetching(path, fields)).await
    }

    /// Like [`Browser::fetch`]; `None` when the server went away.
    pub async fn try_fetch(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        Some(read(self.fetching(path, fields).send().await.ok()?).await)
    }

    fn fetching(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.client.post(self.address(path)).header("x-csrf-token", &self.token).form(fields)
    }

    /// A script of the last page that saves.
    pub async fn put(&self, path: &str, json: &serde_json::Value) -> Answer {
        let request = self.client.put(self.address(path)).header("accept", "application/json").json(json);
        answer(request.header("x-csrf-token", &self.token)).await
    }

    /// A file chosen in a form of the last page.
    pub async fn upload(&self, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
        let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("csrf_token", self.token.clone()).part("file", file);
        answer(self.client.post(self.address(path)).multipart(form)).await
    }

    /// Runs SQL as a cell of the Delta lab.
    pub async fn run(&self, sql: &str) -> Answer {
        self.fetch("/labs/delta/cells/scratch/run", &[("source", sql)]).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    read(request.send().await.expect("the server answers")).await
}

async fn read(response: Response) -> Answer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.text().await.unwrap_or_default() }
}
