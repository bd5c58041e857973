"""Every setting of the program: name, default, meaning. One TOML file or ``HUASHU_…`` variables.

Precedence: command line, environment, file, default. Unknown keys are refused by name, so that a
typing error is not silently ignored.
"""

from __future__ import annotations

import difflib
import os
import tomllib
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.desk.working_time import parse_hours, parse_rest
from prompts.terms import Tone

PREFIX: Final = "HUASHU_"
#: Variables with the prefix that are no settings.
_OTHER: Final = frozenset({"HUASHU_CONFIG", "HUASHU_CACHE", "HUASHU_MASTER_KEY", "HUASHU_PASSWORD"})


class SettingsError(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it."""


def default_data() -> Path:
    """The data folder when none is named."""
    return Path(platformdirs.user_data_dir("huashu"))


def default_key_file() -> Path:
    """Where the master key is when no file is named; never beside the data."""
    return Path(platformdirs.user_config_dir("huashu")) / "master.key"


class Settings(BaseSettings):
    """All settings. The text of each ``description`` is what ``docs/settings.md`` shows."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default_factory=default_data, description="数据文件夹")
    library: Path | None = Field(None, description="另一个话术/知识库文件夹，替换自带内容")
    encoder: str = Field("shipped", description="语义模型：shipped、模型文件夹或模型名")
    host: str = Field("127.0.0.1", description="网页服务监听的地址")
    port: int = Field(8666, ge=0, le=65535, description="网页服务端口；0 为任选空闲端口")
    zone: str = Field("Asia/Shanghai", description="时区")
    company: str = Field("示例公司", description="公司名称（话术变量 company）")
    desk: str = Field("在线客服中心", description="服务台名称（话术变量 desk）")
    contact: str = Field("本对话窗口", description="联系方式（话术变量 contact）")
    agent_no: str = Field("1001", description="默认工号（话术变量 agent_no）")
    agent_name: str = Field("小话", description="默认客服姓名（话术变量 agent_name）")
    wait_time: str = Field("1–2分钟", description="查询等待时长（话术变量 wait_time）")
    follow_up_hours: int = Field(24, ge=1, le=240, description="方案未规定时限时的答复小时数")
    tone: Tone = Field(Tone.FORMAL, description="默认语气：formal、warm、plain")
    team: str = Field("", description="所属团队：只使用本团队和公共话术")
    business_hours: str = Field("9:00-12:00,14:00-18:00", description="工作日的营业时段")
    rest_hours: str = Field("21:00-9:00,12:00-14:00", description="不打扰客户的时段")
    holidays: Path | None = Field(None, description="节假日文件；默认用自带的国内安排")
    key_file: Path = Field(
        default_factory=default_key_file, description="主密钥文件（或环境变量 HUASHU_MASTER_KEY）"
    )
    readers: int = Field(0, ge=0, le=32, description="分担读消息的进程数；0 为不另开进程")
    watch_seconds: float = Field(1.0, ge=0.1, description="查看知识新版本的间隔秒数")
    telegram_token: SecretStr | None = Field(
        None, description="Telegram 机器人令牌；只能用环境变量，不能写在设置文件里"
    )
    telegram_token_file: Path | None = Field(None, description="存放令牌的文件，代替环境变量")
    telegram_api: str = Field("https://api.telegram.org", description="Telegram Bot API 的地址")
    telegram_pause: float = Field(
        1.5, ge=0, le=30, description="客户停顿这么多秒后，把连续的几条一起回答"
    )
    telegram_file_mb: int = Field(20, ge=1, le=20, description="接收的文件最大多少 MB")
    telegram_per_minute: int = Field(30, ge=1, description="一位客户每分钟最多接收几条消息")

    @field_validator("data")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("不是文件夹")
        return value

    @field_validator("business_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        parse_hours(value)
        return value

    @field_validator("rest_hours")
    @classmethod
    def _rest(cls, value: str) -> str:
        parse_rest(value)
        return value

    @field_validator("telegram_api")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("请写完整的地址，例如 https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("不是已知的时区，例如 Asia/Shanghai") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment stands above what is passed in, which is the file's content."""
        return env_settings, init_settings


def load_settings(config: Path | None = None, **chosen: Any) -> Settings:
    """Read settings.

    Args:
        config: a TOML file (else ``HUASHU_CONFIG``, else none).
        chosen: values from the command line; None counts as not given.

    Raises:
        SettingsError: the file cannot be read, a key is unknown, a value cannot be used.

    """
    named = config or (Path(os.environ["HUASHU_CONFIG"]) if "HUASHU_CONFIG" in os.environ else None)
    values = _from_file(named) if named else {}
    known = Settings.model_fields
    _refuse_unknown(values, known, f"设置文件 {named}")
    if "telegram_token" in values:
        raise SettingsError(
            f"设置文件 {named} 中不能写 telegram_token：令牌等于机器人的密码。"
            "请用环境变量 HUASHU_TELEGRAM_TOKEN，或在 telegram_token_file 中写令牌文件的路径"
        )
    variables = {
        key.removeprefix(PREFIX).lower()
        for key in os.environ
        if key.startswith(PREFIX) and key not in _OTHER
    }
    _refuse_unknown(dict.fromkeys(sorted(variables)), known, "环境变量 HUASHU_")
    try:
        settings = Settings(**values)
        given = {k: v for k, v in chosen.items() if v is not None}
        return Settings.model_validate(settings.model_dump() | given) if given else settings
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(p) for p in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"设置“{name}”的值 {first['input']!r} 不能使用：{reason}") from error


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"设置文件 {path} 无法读取：{error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 格式错误：{error}") from error


def _refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any], where: str) -> None:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1)
            hint = f"是否想写 {close[0]}？" if close else f"可用的设置：{'、'.join(known)}"
            raise SettingsError(f"{where} 中有未知的设置“{key}”。{hint}")
