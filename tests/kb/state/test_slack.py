"""Posts of Slack are taken on exactly once, by whichever process, and never forgotten half done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from kb.state.database import Database
from kb.state.slack import Post, SlackPosts

NOW = datetime(2026, 11, 20, 9, 0)
POST = Post("C1", "1.0001", "1.0001")


def test_of_two_processes_one_takes_a_post(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    bots = [SlackPosts(one, f"bot-{n}") for n, one in enumerate(databases)]
    posts = [Post("C1", f"{n}.5", f"{n}.5") for n in range(50)]

    def deliver(n: int) -> tuple[str, bool]:
        post = posts[n // 4]
        return post.ts, bots[n % 2].take(post, NOW)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(deliver, range(200)))
    assert sorted(ts for ts, won in taken if won) == sorted(post.ts for post in posts)
    for one in databases:
        one.close()


def test_what_a_dead_process_leaves_is_handed_out_once(database: Database) -> None:
    dead, living, third = (SlackPosts(database, name) for name in ("tot", "lebt", "auch"))
    done, own = Post("C1", "2.0", "2.0"), Post("C1", "3.0", "3.0")
    assert dead.take(POST, NOW)
    assert dead.take(done, NOW)
    assert living.take(own, NOW)
    dead.replied(POST, "9.9")
    dead.finish(done)
    later = NOW + timedelta(minutes=5)
    living.alive(later)
    before = later - timedelta(minutes=1)
    assert dead.holds(POST, NOW)
    assert living.others() == {"tot"}
    assert living.take_over(before, later) == [Post("C1", "1.0001", "1.0001", "9.9")]
    assert third.take_over(before, later) == []
    assert not dead.holds(POST, later)
    assert living.holds(POST, later)
    assert third.take_over(before, later, {"lebt"}) == [Post("C1", "1.0001", "1.0001", "9.9"), own]
    assert not third.take(POST, later)


def test_finished_posts_are_deleted_after_their_time(database: Database) -> None:
    posts = SlackPosts(database, "bot")
    posts.take(POST, NOW)
    assert posts.forget(NOW + timedelta(days=9)) == 0  # not answered yet
    posts.finish(POST)
    assert posts.forget(NOW) == 0
    assert posts.forget(NOW + timedelta(days=9)) == 1
