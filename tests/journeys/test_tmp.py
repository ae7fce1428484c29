import smtplib, time
from tests.world import settled
def test_x(house):
    m=house.mail
    def go():
        for _ in range(4):
            t=time.perf_counter(); s=smtplib.SMTP(timeout=20); s.connect("127.0.0.1",m.port); t1=time.perf_counter()
            s.ehlo_or_helo_if_needed(); t2=time.perf_counter(); s.quit(); s.close(); print(round(t1-t,4), round(t2-t1,4))
    go()
    settled(house.db, plan=None)
    go()
    house.on("2027-01-05T08:00")
    go()
    house.by(list(__import__("tests.world").world and [])[0] if False else house.db.read_now(lambda r: __import__("sqlalchemy") and None) or "x") if False else None
