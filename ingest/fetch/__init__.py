"""Documents from the web, safely and politely. Knows nothing of jobs, the index or the database.

    address      one canonical spelling, or a refusal
    guard        which machines may be called
    connection   sockets to exactly the addresses that were checked
    web          one GET with its redirects, bounded in bytes and time
    client       one document: new, unchanged or gone
    robots, sitemap, crawl   a run over many
    source       a fetched document as a SourceFile

`crawl(Web(Guard(allowed), user_agent(version, contact)), CrawlPlan(urls, sitemaps))` yields a
`Fetched` or a `Failure` for each address; `source_of(fetched)` goes to the ingestion.
"""
