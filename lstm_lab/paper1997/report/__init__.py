"""What is said.

The paper's figures beside ours (`table`), printed (`table_formats`) and in sentences
(`wording`).
"""
