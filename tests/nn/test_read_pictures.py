"""Folders of pictures of any format: what is read, what is turned or scaled, and what is said about damaged ones."""
import numpy as np
import pytest
from PIL import Image

from nn import read_pictures


def test_pictures_of_any_size_format_and_mode(tmp_path):
    Image.new("RGB", (30, 20), (255, 0, 0)).save(tmp_path / "cat.1.png")
    Image.new("L", (7, 50), 128).save(tmp_path / "dog.1.jpg")
    Image.new("RGBA", (5, 5), (0, 0, 255, 255)).save(tmp_path / "cat.2.gif")
    (tmp_path / "notes.txt").write_text("no picture")
    x, y, classes = read_pictures(tmp_path, (8, 6))
    assert x.shape == (3, 8, 6, 3) and x.dtype == np.uint8 and classes == ["cat", "dog"] and list(y) == [0, 0, 1]
    assert (x[0] == [255, 0, 0]).all() and np.abs(x[2].astype(int) - 128).max() <= 2
    assert read_pictures(tmp_path, (8, 6), mode="L")[0].shape == (3, 8, 6)
    assert read_pictures(tmp_path, 8)[0].shape == (3, 8, 8, 3)


def test_folders_are_classes_and_labels_may_be_ones_own(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        Image.new("L", (4, 4)).save(tmp_path / name / "0.png")
    assert read_pictures(tmp_path, (4, 4))[2] == ["a", "b"]
    assert read_pictures(tmp_path, (4, 4), label=lambda path: "all")[2] == ["all"]


def test_damaged_pictures_are_reported_or_left_out(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "cat.1.png")
    (tmp_path / "dog.1.png").write_bytes(b"junk")
    with pytest.raises(ValueError, match=r"dog\.1\.png is damaged.*skip_damaged"):
        read_pictures(tmp_path)
    with pytest.warns(UserWarning, match=r"left out .*dog\.1\.png"), pytest.warns(UserWarning, match="no class"):
        assert read_pictures(tmp_path, skip_damaged=True)[2] == ["cat"]
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*none"):
        read_pictures(tmp_path / "none")
    (tmp_path / "none").mkdir()
    with pytest.raises(ValueError, match="no readable picture"):
        read_pictures(tmp_path / "none")


@pytest.mark.parametrize("file_format, dtype", [("PNG", "<u2"), ("TIFF", "<u2"), ("TIFF", ">u2")])
def test_sixteen_bits_of_grey_are_scaled(tmp_path, file_format, dtype):
    """They turned white, but for the darkest of 256."""
    grey = np.linspace(0, 65535, 16).astype(dtype).reshape(4, 4)
    Image.fromarray(grey).save(tmp_path / f"cat.1.{file_format.lower()}")
    assert np.array_equal(read_pictures(tmp_path, 4, mode="L")[0][0], grey // 256)
    assert np.array_equal(read_pictures(tmp_path, 4)[0][0, ..., 2], grey // 256)


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_pixels_without_a_known_range_are_named(tmp_path, dtype):
    Image.fromarray(np.ones((4, 4), dtype)).save(tmp_path / "cat.1.tiff")
    with pytest.raises(ValueError, match=r"cat\.1\.tiff.*numbers of 32 bits.*convert it to 8 bits"):
        read_pictures(tmp_path)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_pictures_are_upright(tmp_path, orientation, suffix):
    corner = Image.new("L", (32, 16))
    corner.paste(255, (0, 0, 16, 8))                                                # the upper left quarter
    exif = Image.Exif()
    exif[0x0112] = orientation
    corner.save(tmp_path / f"cat.1.{suffix}", exif=exif)
    bright = read_pictures(tmp_path, 2, mode="L")[0][0] > 128
    row, column = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0), 5: (0, 0), 6: (0, 1), 7: (1, 1), 8: (1, 0)}[orientation]
    assert np.argwhere(bright).tolist() == [[row, column]]


def test_a_broken_note_of_the_camera_does_not_break_the_picture(tmp_path):
    Image.new("L", (4, 4), 200).save(tmp_path / "cat.1.jpg", exif=b"Exif\0\0II*\0junk")
    assert abs(int(read_pictures(tmp_path, 4, mode="L")[0].mean()) - 200) < 3


@pytest.mark.parametrize("image", [
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)), Image.new("LA", (4, 4), (0, 0))])
def test_what_is_transparent_is_white(tmp_path, image):
    """The colour that lies hidden under it was shown."""
    image.save(tmp_path / "cat.1.png")
    assert (read_pictures(tmp_path, 4)[0] == 255).all()


def test_transparent_colours_of_palettes_and_half_transparent_ones(tmp_path):
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 0, 0, 255])
    image.save(tmp_path / "cat.1.gif", transparency=1)
    image.save(tmp_path / "cat.2.png")
    Image.new("RGBA", (4, 4), (0, 0, 0, 128)).save(tmp_path / "cat.3.png")
    Image.new("RGB", (4, 4), (9, 9, 9)).save(tmp_path / "cat.4.png", transparency=(9, 9, 9))
    assert read_pictures(tmp_path, 4)[0][:, 0, 0].tolist() == [[255] * 3, [0, 0, 255], [127] * 3, [255] * 3]


def test_one_bit_and_print_colours(tmp_path):
    Image.new("1", (4, 4), 1).save(tmp_path / "cat.1.png")
    Image.new("CMYK", (4, 4), (0, 255, 255, 0)).save(tmp_path / "cat.2.jpg", quality=100)
    white, red = read_pictures(tmp_path, 4)[0]
    assert (white == 255).all() and np.abs(red.astype(int) - [255, 0, 0]).max() < 6


def test_of_several_frames_the_first_is_read_and_it_is_said(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "lime")]
    frames[0].save(tmp_path / "cat.1.gif", save_all=True, append_images=frames[1:])
    with pytest.warns(UserWarning, match=r"1 pictures have several frames, such as .*cat\.1\.gif"):
        assert read_pictures(tmp_path, 4)[0][0, 0, 0].tolist() == [255, 0, 0]


def test_damage_of_any_kind_is_reported_or_left_out(tmp_path, monkeypatch):
    """An oversized picture, and PNGs that make Pillow raise SyntaxError or struct.error, stopped everything."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    Image.new("L", (4, 4)).save(tmp_path / "cat.1.png")
    Image.new("L", (99, 99)).save(tmp_path / "dog.1.png")
    whole = (tmp_path / "cat.1.png").read_bytes()
    for i, content in enumerate([b"", whole[:20], whole[:45], whole[:-12].replace(b"IDAT", b"\0\0\0\0"),
                                 whole.replace(b"IHDR", b"IHDX"), whole[:8] + b"\0" * 60]):
        (tmp_path / f"dog.{i + 2}.png").write_bytes(content)
    (tmp_path / "dog.9.png").symlink_to(tmp_path / "gone")
    with pytest.warns(UserWarning) as warned:
        assert len(read_pictures(tmp_path, 4, skip_damaged=True)[0]) == 1
    assert sum("left out" in str(w.message) for w in warned) == 8
    assert any("no picture can be read of 'dog'" in str(w.message) for w in warned)
    for path in sorted(tmp_path.glob("dog*")):
        (tmp_path / path.stem).mkdir()
        path.rename(tmp_path / path.stem / "dog.png")
        with pytest.raises(ValueError, match=r"dog\.png is damaged or of an unknown kind.*skip_damaged"):
            read_pictures(tmp_path / path.stem)


def test_hidden_files_and_folders_are_no_class(tmp_path):
    for folder in ("cat", ".ipynb_checkpoints"):
        (tmp_path / folder).mkdir()
        Image.new("L", (4, 4)).save(tmp_path / folder / "1.png")
    (tmp_path / "cat" / "._1.png").write_bytes(b"of another system")
    (tmp_path / "cat" / "album.png").mkdir()
    assert read_pictures(tmp_path)[2] == ["cat"]


def test_an_empty_folder_of_a_class_is_said(tmp_path):
    for folder in ("ant", "cat"):
        (tmp_path / folder).mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "cat" / "1.png")
    with pytest.warns(UserWarning, match="no picture can be read of 'ant'"):
        read_pictures(tmp_path)


def test_what_is_no_class_size_or_mode(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "123.png")
    with pytest.raises(ValueError, match=r"123\.png has no class in its name.*label"):
        read_pictures(tmp_path)
    for options, message in [({"mode": "HSV"}, '"RGB" or "L"'), ({"size": 0}, "size must be"),
                             ({"size": 2.5}, "size must be"), ({"size": True}, "size must be")]:
        with pytest.raises(ValueError, match=message):
            read_pictures(tmp_path, **options)
    with pytest.raises(ZeroDivisionError):                                          # the label's error is not damage
        read_pictures(tmp_path, label=lambda path: 1 / 0, skip_damaged=True)
