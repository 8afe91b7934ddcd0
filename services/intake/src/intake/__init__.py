"""Intake: who reaches out, who becomes a client, what they answer, whether they may plan a visit, what they agree to.

It also keeps the clinics' facts and rules, and tells the other services of them.
"""
