"""What every example profile says about itself."""

EXAMPLE = (
    "示例，请与开户行核对：格式参照公开资料整理，列、长度、编码、状态文字和上限以开户行现行文件为准，"
    "启用前须用测试文件与银行确认。"
)
